import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { makeHeat } from './client/heat.ts';
import { main } from './client/main.ts';
import { makePlots } from './client/plots.ts';
import { makeTimeline } from './client/timeline.ts';
import { makeTracks } from './client/tracks.ts';

const packages = createRequire(import.meta.url);

/** The page's whole script: uPlot, and the sources of our own functions. */
export function pageScript(): string {
  const parts = Object.entries({ makeTimeline, makePlots, makeTracks, makeHeat })
    .map(([name, part]) => `${name}:(${part.toString()})`)
    .join(',');
  return `${asset('uplot/dist/uPlot.iife.min.js')}\n(${main.toString()})(window,uPlot,{${parts}});`;
}

export function plotStyle(): string {
  return asset('uplot/dist/uPlot.min.css');
}

function asset(name: string): string {
  return readFileSync(packages.resolve(name), 'utf8').trim();
}
