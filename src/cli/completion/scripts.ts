import type { Shell } from './shells.ts';

/**
 * A script for each shell that asks `chaos __complete` and passes on its answer. The answer is read line by line and
 * never evaluated, and the shell itself quotes special characters of a path.
 */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# Completion of chaos for bash. In ~/.bashrc:
#   source <(chaos completion bash)
_chaos() {
  local kind line
  COMPREPLY=()
  {
    IFS= read -r kind
    while IFS= read -r line; do
      COMPREPLY+=("\${line%%$'\\t'*}")
    done
  } < <(command chaos __complete bash "$COMP_WORDBREAKS" "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
  [[ $kind == files ]] || return
  # A path from somebody's home begins with what only the shell knows.
  if ((\${#COMPREPLY[@]} == 0)); then
    compopt -o default
    return
  fi
  # Then it quotes what is special, and puts the slash after a folder by itself.
  compopt -o filenames
  COMPREPLY=("\${COMPREPLY[@]%/}")
}
# What is newest stays first, where bash (4.4 and later) can leave the order alone.
complete -o nosort -F _chaos chaos 2>/dev/null || complete -F _chaos chaos
`,
  zsh: `#compdef chaos
# Completion of chaos for zsh. In ~/.zshrc, after compinit:
#   source <(chaos completion zsh)
_chaos() {
  local kind line
  local -a described folders files
  {
    IFS= read -r kind
    while IFS= read -r line; do
      if [[ $kind == files ]]; then
        line=\${line%%$'\\t'*}
        if [[ $line == */ ]]; then folders+=("$line"); else files+=("$line"); fi
      elif [[ $line == *$'\\t'* ]]; then
        described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
      else
        described+=("\${line//:/\\\\:}")
      fi
    done
  } < <(command chaos __complete zsh "\${(@Q)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)
  if [[ $kind == files ]]; then
    # A path from somebody's home begins with what only the shell knows.
    if (( \${#folders} + \${#files} == 0 )); then _files; return; fi
    # Unsorted: what is newest stays first.
    compadd -V files -a files
    compadd -V folders -S '' -a folders
  elif (( \${#described} )); then
    _describe -V -t values value described
  fi
}
if [[ "\${funcstack[1]}" == _chaos ]]; then _chaos "$@"; else compdef _chaos chaos; fi
`,
  fish: `# Completion of chaos for fish:
#   chaos completion fish > ~/.config/fish/completions/chaos.fish
function __chaos_complete
    set -l typed (commandline -opc)
    set -l current (commandline -ct)
    set -l answer (command chaos __complete fish $typed[2..-1] "$current" 2>/dev/null)
    set -l kind $answer[1]
    set -e answer[1]
    if test (count $answer) -gt 0
        printf '%s\\n' $answer
    else if test "$kind" = files
        # A path from somebody's home begins with what only the shell knows.
        __fish_complete_path "$current"
    end
end
complete -c chaos -f -k -a '(__chaos_complete)'
`,
};
