/**
 * The few parts of the browser that the page's script uses: the compiler knows no DOM, so that no other file can use it
 * by mistake.
 */
export interface Browser {
  document: {
    documentElement: PageElement;
    getElementById(id: string): PageElement | null;
    querySelectorAll(selector: string): Iterable<PageElement>;
    createElement(name: string): PageElement;
  };
  getComputedStyle(element: PageElement): { getPropertyValue(name: string): string };
  matchMedia(query: string): { addEventListener(type: 'change', listener: () => void): void };
  addEventListener(type: string, listener: () => void): void;
  requestAnimationFrame(callback: () => void): void;
  IntersectionObserver: new (
    callback: (entries: { isIntersecting: boolean; target: PageElement }[]) => void,
    options: { rootMargin: string },
  ) => { observe(element: PageElement): void };
}

export interface PageElement {
  dataset: Record<string, string | undefined>;
  style: Record<'left' | 'width' | 'display', string>;
  classList: { add(name: string): void; toggle(name: string, on: boolean): void };
  textContent: string | null;
  hidden: boolean;
  open?: boolean;
  readonly clientWidth: number;
  closest(selector: string): PageElement | null;
  querySelector(selector: string): PageElement | null;
  getBoundingClientRect(): { left: number; width: number };
  addEventListener(type: string, listener: (event: PointerLike) => void): void;
  setPointerCapture(id: number): void;
  append(...children: PageElement[]): void;
  replaceChildren(...children: PageElement[]): void;
  querySelectorAll(selector: string): Iterable<PageElement>;
}

export interface PointerLike {
  clientX: number;
  button: number;
  pointerId: number;
  target: PageElement;
  key?: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  preventDefault(): void;
}

/** The parts of uPlot that are used. */
export type PlotClass = (new (options: object, data: unknown, into: PageElement) => Plot) & {
  join(tables: unknown[]): unknown[][];
};

export interface Plot {
  readonly width: number;
  ctx: {
    save(): void;
    restore(): void;
    fillStyle: string;
    globalAlpha: number;
    fillRect(x: number, y: number, width: number, height: number): void;
  };
  bbox: { left: number; top: number; width: number; height: number };
  valToPos(value: number, scale: string, onCanvas: boolean): number;
  setSize(size: { width: number; height: number }): void;
  setScale(scale: string, range: { min: number; max: number }): void;
  redraw(rebuildPaths?: boolean): void;
}

/** The visible stretch of time, in ms since the run began. */
export interface View {
  from: number;
  to: number;
}

/** One part of the page that follows the view and the cursor. */
export interface Part {
  show(view: View): void;
  /** Null: the cursor is not over the timeline. */
  point(t: number | null): void;
  /** @param all whether parts outside the viewport are needed too */
  restyle(all: boolean): void;
}
