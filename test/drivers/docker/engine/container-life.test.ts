import { expect, it } from 'vitest';
import { ContainerLife, type LifeReading } from '../../../../src/drivers/docker/engine/container-life.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 10, 28, 21, 0, second)).toISOString();

function running(startedAt: number, finishedAt?: number, restartCount = 0): LifeReading {
  return {
    Status: 'running',
    Running: true,
    OOMKilled: false,
    ExitCode: 0,
    StartedAt: at(startedAt),
    FinishedAt: finishedAt === undefined ? '0001-01-01T00:00:00Z' : at(finishedAt),
    restartCount,
  };
}

function ended(finishedAt: number, over: Partial<LifeReading> = {}): LifeReading {
  return { ...running(1, finishedAt), Status: 'exited', Running: false, ...over };
}

function started(): ContainerLife {
  const life = new ContainerLife();
  life.starting();
  life.started();
  life.observed(running(1));
  return life;
}

it('notes an end once, with its code, its signal and whether memory ran out', () => {
  const life = started();
  life.observed(ended(5, { ExitCode: 137, OOMKilled: true }));
  life.observed(ended(5, { ExitCode: 137, OOMKilled: true }));
  expect(life.exits).toMatchObject([
    { at: Date.parse(at(5)), code: 137, signal: 'SIGKILL', outOfMemory: true, asked: null },
  ]);
});

it('knows an end that was asked for, and one that came before', () => {
  const life = started();
  life.endRequested('kill');
  life.observed(ended(5, { ExitCode: 137 }));
  // Down already: what it is asked now explains nothing.
  life.endRequested('stop');
  life.starting();
  life.started();
  life.observed(running(6, 5));
  life.observed(ended(9, { ExitCode: 2, StartedAt: at(6) }));
  expect(life.exits.map(({ asked, code }) => [asked, code])).toEqual([
    ['kill', 137],
    [null, 2],
  ]);
});

it('knows the gentlest request: one that was asked to end, and killed before its end was seen', () => {
  for (const gentle of ['stop', 'lame-duck'] as const) {
    const life = started();
    life.endRequested(gentle);
    life.endRequested('kill');
    life.observed(ended(5));
    expect(life.exits).toMatchObject([{ code: 0, asked: gentle }]);
  }
});

it('notes a start of our own that ends before it was seen running', () => {
  const life = started();
  life.endRequested('kill');
  life.observed(ended(5, { ExitCode: 137 }));
  life.starting();
  life.started();
  life.observed(ended(7, { ExitCode: 1, StartedAt: at(6) }));
  expect(life.exits.map(({ asked, code }) => [asked, code])).toEqual([
    ['kill', 137],
    [null, 1],
  ]);
});

it('says nothing while a container is being made anew', () => {
  const life = started();
  life.endRequested('stop');
  life.observed(ended(5));
  life.starting();
  life.observed({ ...ended(0), Status: 'removed', FinishedAt: '' });
  life.observed({ ...ended(0), Status: 'created' });
  expect(life.exits).toHaveLength(1);
});

it('notes that somebody else has started it again, seen down in between or not', () => {
  const unseen = started();
  unseen.observed(running(6, 5, 1));
  expect(unseen.exits).toMatchObject([{ code: null, restartedByOthers: true, restartCount: 1 }]);
  const seen = started();
  seen.observed(ended(5, { ExitCode: 3 }));
  seen.observed(running(6, 5, 1));
  expect(seen.exits).toMatchObject([{ code: 3, restartedByOthers: true, restartCount: 1 }]);
});

it('notes that a container was removed', () => {
  const life = started();
  life.observed({ ...ended(0), Status: 'removed', FinishedAt: '' });
  expect(life.exits).toMatchObject([{ code: null, signal: null, asked: null }]);
});

it('knows of nothing before it looked at a container that ran already', () => {
  const life = new ContainerLife();
  life.observed(running(100, 5));
  life.observed(running(100, 5));
  expect(life.exits).toEqual([]);
});

it('takes no reading that was overtaken for a start by somebody else', () => {
  const life = started();
  life.endRequested('kill');
  life.observed(ended(5, { ExitCode: 137 }));
  life.starting();
  life.started();
  life.observed(ended(5, { ExitCode: 137 }));
  life.observed(running(6, 5));
  life.observed(running(1));
  life.observed(running(6, 5));
  expect(life.exits).toHaveLength(1);
  life.endRequested('kill');
  life.observed(ended(9, { ExitCode: 137, StartedAt: at(6) }));
  expect(life.exits.map(({ asked }) => asked)).toEqual(['kill', 'kill']);
});
