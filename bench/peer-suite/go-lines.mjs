/**
 * Counts what a test function of Go needs in its own file: its lines, and those of the functions, types and constants that it
 * uses, directly or through others. Blank lines and comments do not count.
 */

/** @returns {{ own: number, helpers: number }} */
export function goLines(source, test) {
  const declarations = declarationsOf(source);
  const own = declarations.find(({ names }) => names.includes(test));
  if (own === undefined) throw new Error(`the source has no ${test}`);
  const needed = new Set([own]);
  // A set may grow while it is gone through.
  for (const { code } of needed)
    for (const declaration of declarations)
      if (declaration.names.some((name) => uses(code, name))) needed.add(declaration);
  needed.delete(own);
  const helpers = [...needed].reduce((sum, { code }) => sum + code.length, 0);
  return { own: own.code.length, helpers };
}

/** Everything at the top of the file that begins with `func`, `type`, `const` or `var`, with its lines of code. */
function declarationsOf(source) {
  const declarations = [];
  let open;
  for (const line of source.split('\n').filter((one) => !/^\s*(\/\/.*)?$/.test(one))) {
    if (/^(func|type|const|var)\b/.test(line)) {
      open = { names: namesIn(line), code: [] };
      declarations.push(open);
    }
    if (open === undefined) continue;
    if (/^\t\w+\s*=/.test(line) && open.code[0] === 'const (') open.names.push(line.trim().split(/\W/)[0]);
    open.code.push(line);
    const isWhole = open.code.length === 1 && !/[({]$/.test(line);
    if (isWhole || /^[})]/.test(line)) open = undefined;
  }
  return declarations;
}

/** What a declaration declares: of a method only its own name. */
function namesIn(line) {
  const name = /^func (?:\([^)]*\) )?(\w+)|^(?:type|const|var) (\w+)/.exec(line);
  return [name?.[1] ?? name?.[2]].filter((one) => one !== undefined);
}

function uses(code, name) {
  const word = new RegExp(`\\b${name}\\b`);
  return code.some((line) => word.test(line));
}
