import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/*
 * Runs a command in a terminal (tmux), and writes what was seen there as an animated picture that needs no script:
 * node bench/terminal-picture.mjs docs/pictures/terminal.svg 110x30 chaos run partition-recovery --free-ports
 */
const [, , file = '', size = '', ...command] = process.argv;
const [columns = 110, rows = 30] = size.split('x').map(Number);

const MAX_FRAMES = 24;
const [CHAR_WIDTH, LINE_HEIGHT, MARGIN] = [8, 17, 14];
const [FRAME_SECONDS, LAST_SECONDS] = [0.7, 8];
const COLOURS = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#76e3ea',
  90: '#8b949e',
};

writeFileSync(file, picture(thinned(await record())));

/** The screen, each time it differs from the one before; the last one is what stays when the command has ended. */
async function record() {
  const session = `picture-${process.pid}`;
  const tmux = (...args) => execFileSync('tmux', ['-L', session, ...args], { encoding: 'utf8' });
  const shown = `printf '$ %s\\n' '${command.join(' ')}'; ${command.join(' ')}; tmux -L ${session} set -g @ended 1; cat`;
  tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), '-s', session, shown);
  tmux('set', '-g', 'status', 'off');
  const screens = [];
  const ended = () => tmux('show', '-gqv', '@ended').trim() === '1';
  for (let over = false; !over;) {
    over = ended();
    const screen = tmux('capture-pane', '-p', '-e', '-t', session).trimEnd();
    if (screen !== screens.at(-1)) screens.push(screen);
    await sleep(300);
  }
  tmux('kill-server');
  return screens;
}

/** At most so many of them, spread evenly, the last one among them. */
function thinned(screens) {
  const step = Math.max(1, screens.length / MAX_FRAMES);
  const kept = [];
  for (let at = screens.length - 1; at >= 0; at -= step) kept.unshift(screens[Math.round(at)]);
  return kept;
}

function picture(screens) {
  const lines = new Map();
  const frames = screens.map((screen) => styledLines(screen).map((line) => reference(lines, line)));
  const height = Math.max(...frames.map((frame) => frame.length)) * LINE_HEIGHT + 2 * MARGIN;
  const width = columns * CHAR_WIDTH + 2 * MARGIN;
  const texts = [...lines].map(([line, id]) => `<text id="${id}">${spans(line)}</text>`).join('\n');
  const seconds = (frames.length - 1) * FRAME_SECONDS + LAST_SECONDS;
  const groups = frames.map((frame, index) => {
    const from = (index * FRAME_SECONDS) / seconds;
    const isLast = index === frames.length - 1;
    const to = isLast ? 1 : ((index + 1) * FRAME_SECONDS) / seconds;
    const uses = frame
      .map((id, row) => (id === '' ? '' : `<use href="#${id}" y="${row * LINE_HEIGHT}"/>`))
      .join('');
    const times = index === 0 ? [0, to] : isLast ? [0, from] : [0, from, to];
    const values = index === 0 ? 'visible;hidden' : isLast ? 'hidden;visible' : 'hidden;visible;hidden';
    const keyTimes = times.map((time) => Number(time.toFixed(4))).join(';');
    return (
      `<g visibility="${isLast ? 'visible' : 'hidden'}"><animate attributeName="visibility" calcMode="discrete" ` +
      `values="${values}" keyTimes="${keyTimes}" dur="${seconds.toFixed(1)}s" repeatCount="indefinite"/>${uses}</g>`
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="A terminal">
<style>text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#e6edf3;white-space:pre}</style>
<defs>
${texts}
</defs>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
<g transform="translate(${MARGIN} ${MARGIN + 12})">
${groups.join('\n')}
</g>
</svg>
`;
}

/** tmux writes a style once, where it begins: here each line states the one that it begins with. */
function styledLines(screen) {
  let style = '';
  return screen.split('\n').map((line) => {
    const whole = style + line;
    const codes = [...whole.matchAll(/\u001b\[[\d;]*m/g)].map(([code]) => code);
    const reset = codes.findLastIndex((code) => /\[0?[;m]/.test(code));
    style = codes.slice(Math.max(0, reset)).join('');
    return whole;
  });
}

/** A line that comes again is written once. */
function reference(lines, line) {
  if (line.replaceAll(/\u001b\[[\d;]*m/g, '').trim() === '') return '';
  const id = lines.get(line) ?? `l${lines.size}`;
  lines.set(line, id);
  return id;
}

/** Every span says at which column it begins, so that fonts of any width keep the columns. */
function spans(line) {
  let [column, style] = [0, {}];
  return line
    .split(/\u001b\[([\d;]*)m/)
    .map((part, index) => {
      if (index % 2 === 1) {
        style = styleAfter(style, part);
        return '';
      }
      const at = column;
      column += [...part].length;
      return part === ''
        ? ''
        : `<tspan x="${at * CHAR_WIDTH}"${attributes(style)} textLength="${[...part].length * CHAR_WIDTH}">${escaped(part)}</tspan>`;
    })
    .join('');
}

function styleAfter(style, codes) {
  return codes
    .split(';')
    .map(Number)
    .reduce((now, code) => {
      if (code === 0) return {};
      if (code === 1) return { ...now, bold: true };
      if (code === 2) return { ...now, dim: true };
      if (code === 22) return { ...now, bold: false, dim: false };
      if (code === 39) return { ...now, colour: undefined };
      return code in COLOURS ? { ...now, colour: COLOURS[code] } : now;
    }, style);
}

function attributes({ bold, dim, colour }) {
  return (
    (colour === undefined ? '' : ` fill="${colour}"`) +
    (bold ? ' font-weight="bold"' : '') +
    (dim ? ' opacity=".6"' : '')
  );
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
