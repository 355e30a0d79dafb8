import type { Browser, PageElement, Part, View } from './browser.ts';

/**
 * Places everything that has a moment or a stretch of time: phases, faults, lanes, marks, the ruler. Its source goes
 * into the page as it is, so it may use nothing but its parameters.
 */
export function makeTracks(
  browser: Browser,
  score: PageElement,
  ticks: (view: View, width: number) => number[],
  clock: (t: number, step: number) => string,
): Part {
  const { document } = browser;
  const spans = [...score.querySelectorAll('[data-from]')].filter(
    (element) => element.closest('.track') !== null,
  );
  const marks = [...score.querySelectorAll('[data-at]')];
  const ruler = score.querySelector('.ruler');
  const lanes = [...score.querySelectorAll('.lane')].map((lane) => ({
    output: [...(lane.closest('.lane-row') ?? lane).querySelectorAll('output')][0],
    pieces: [...lane.querySelectorAll('[data-from]')],
  }));
  const words = [...document.querySelectorAll('#server-events li')];
  const saidLanes = [...score.querySelectorAll('.said-lane')].map((lane) => ({
    output: [...(lane.closest('.lane-row') ?? lane).querySelectorAll('output')][0],
    signs: [...lane.querySelectorAll('[data-event]')],
  }));
  let view: View = { from: 0, to: 1 };
  const percent = (t: number) => ((t - view.from) / (view.to - view.from)) * 100;
  const number = (text: string | undefined) => Number(text ?? 'NaN');

  const roomNow = (): number => ruler?.clientWidth ?? 1000;

  const drawRuler = (room: number): void => {
    if (ruler === null) return;
    // A label at the very edge would be cut off.
    const at = ticks(view, room).filter((t) => ((view.to - t) / (view.to - view.from)) * room > 8);
    const step = (at[1] ?? view.to) - (at[0] ?? view.from);
    ruler.replaceChildren(
      ...at.map((t) => {
        const tick = document.createElement('span');
        tick.textContent = clock(t, step);
        tick.style.left = `${percent(t)}%`;
        return tick;
      }),
    );
  };

  return {
    show(next) {
      view = next;
      const room = roomNow();
      for (const element of spans) {
        const from = Math.max(0, percent(number(element.dataset['from'])));
        const to = Math.min(100, percent(number(element.dataset['to'])));
        element.style.display = to < 0 || from > 100 || to < from ? 'none' : '';
        element.style.left = `${from}%`;
        element.style.width = `${Math.max(0, to - from)}%`;
        element.classList.toggle('slim', ((to - from) / 100) * room < 30);
      }
      for (const element of marks) {
        const at = percent(number(element.dataset['at']));
        // A name stands beside its window only when the window is too short to hold it.
        const length = element.dataset['length'];
        const left = ((percent(number(element.dataset['until'])) - at) / 100) * room;
        const needless = length !== undefined && (number(length) / (view.to - view.from)) * room > 90;
        element.style.display = at < 0 || at > 100 || needless || left < 60 ? 'none' : '';
        element.style.left = `${at}%`;
        if (length !== undefined) element.style.width = `${left}px`;
      }
      drawRuler(room);
    },
    point(t) {
      for (const { output, pieces } of lanes) {
        if (output === undefined) continue;
        const piece =
          t === null
            ? undefined
            : pieces.find((p) => number(p.dataset['from']) <= t && t < number(p.dataset['to']));
        output.textContent = t === null ? '' : (piece?.textContent?.trim() ?? '–');
      }
      const near = (view.to - view.from) * 0.006;
      for (const { output, signs } of saidLanes) {
        if (output === undefined) continue;
        const there =
          t === null
            ? []
            : signs.filter(
                (s) => number(s.dataset['from']) - near <= t && t <= number(s.dataset['to']) + near,
              );
        const said = there.map((s) => words[number(s.dataset['event'])]?.querySelectorAll('span') ?? []);
        const texts = said.map((parts) => [...parts][1]?.textContent?.trim() ?? '');
        const more = texts.length > 2 ? ` and ${texts.length - 2} more` : '';
        output.textContent = texts.slice(0, 2).join('; ') + more;
      }
    },
    restyle: () => drawRuler(roomNow()),
  };
}
