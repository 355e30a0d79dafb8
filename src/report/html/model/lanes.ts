import type { SavedRun } from '../../schema.ts';

/** More pieces than this in one lane cannot be told apart. */
const MAX_SEGMENTS = 240;

interface Segment {
  from: number;
  to: number;
  /** Null when there was no reading. */
  state: string | null;
  /** Index of its colour, or the meaning of the word itself. */
  tone: number | 'good' | 'bad' | 'none' | 'mixed';
}

export interface Lane {
  kind: string;
  label: string;
  segments: Segment[];
}

/** One lane for each probe that reads words: who leads, whether a mirror is connected. */
export function lanesOf(saved: SavedRun): Lane[] {
  const probes = saved.probes.filter((probe) => probe.samples.some((sample) => sample.state !== undefined));
  const words = new Map<string, number>();
  return probes.map((probe) => ({
    kind: probe.kind,
    label: probe.id,
    segments: blurred(segmentsOf(probe.samples)).map((segment) => ({
      ...segment,
      tone: toneOf(segment, words),
    })),
  }));
}

type Sample = SavedRun['probes'][number]['samples'][number];
type Piece = Omit<Segment, 'tone'> & { mixed?: boolean };

function segmentsOf(samples: readonly Sample[]): Piece[] {
  const pieces: Piece[] = [];
  for (const [at, sample] of samples.entries()) {
    const state = sample.state ?? null;
    const to = samples[at + 1]?.t ?? sample.t;
    const last = pieces.at(-1);
    if (last?.state === state) last.to = to;
    else pieces.push({ from: sample.t, to, state });
  }
  return pieces;
}

/** When a state changes faster than can be drawn, one piece says so. */
function blurred(pieces: readonly Piece[]): Piece[] {
  if (pieces.length <= MAX_SEGMENTS) return [...pieces];
  const span = (pieces.at(-1)?.to ?? 0) - (pieces[0]?.from ?? 0);
  const slice = span / (MAX_SEGMENTS / 2);
  const result: Piece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    const brief = piece.to - piece.from < slice;
    if (brief && last?.mixed === true) last.to = piece.to;
    else if (brief) result.push({ ...piece, state: 'changing', mixed: true });
    else result.push(piece);
  }
  return result;
}

const GOOD = /^(connected|ok|healthy|current|running|up|true|yes)$/i;
const BAD = /^(disconnected|unhealthy|down|stalled|lost|none|no leader|error|false|no)$/i;

function toneOf(piece: Piece, words: Map<string, number>): Segment['tone'] {
  if (piece.mixed === true) return 'mixed';
  if (piece.state === null) return 'none';
  if (GOOD.test(piece.state)) return 'good';
  if (BAD.test(piece.state)) return 'bad';
  const known = words.get(piece.state) ?? words.size % 8;
  words.set(piece.state, known);
  return known;
}
