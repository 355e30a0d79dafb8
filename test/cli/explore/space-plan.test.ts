import { describe, expect, it } from 'vitest';
import { planSpace, type PlannedSpace, type SpaceOptions } from '../../../src/cli/explore/space-plan.ts';
import { SYSTEM_COMMANDS, type MachineSurvey } from '../../../src/drivers/machine.ts';
import { lackingWarnings } from '../../../src/explore/search.ts';

const FILE = 'experiments/explore/one-zone.yaml';

const everything: MachineSurvey = {
  ...{ root: null, loopDevices: true, engineIsHere: true },
  commands: Object.fromEntries(SYSTEM_COMMANDS.map((one) => [one, true])) as MachineSurvey['commands'],
  cgroups: { blkio: 1, cpu: 1, memory: 1 },
};
const unprivileged: MachineSurvey = { ...everything, root: 'this process is not root' };

function planned(options: SpaceOptions): PlannedSpace {
  return planSpace(FILE, options, () => undefined);
}
const kindsOf = ({ loaded }: PlannedSpace): string[] => loaded.space.items.map(({ kind }) => kind);

describe('a search', () => {
  it('has all of its file on a machine that has everything', () => {
    const whole = planned({ survey: everything });
    expect(whole.leftOut).toEqual([]);
    expect(kindsOf(whole)).toContain('power-failure');
  });

  it('leaves out what this machine lacks, and says so', () => {
    const some = planned({ survey: unprivileged });
    expect(some.leftOut).toEqual([
      {
        name: 'fault power-failure',
        why: expect.stringMatching(/needs root.*this process is not root/) as string,
      },
    ]);
    expect(kindsOf(some)).not.toContain('power-failure');
    expect(kindsOf(some)).toContain('bit-flip');
    expect(some.plan.phases.flatMap(({ faults }) => JSON.stringify(faults)).join()).not.toContain(
      'power-failure',
    );
    expect(lackingWarnings(some)).toEqual([
      expect.stringMatching(/^not in this search: fault power-failure: .*needs root/),
    ]);
  });

  it('has all of it where other machines carry the runs out', () => {
    expect(planned({ survey: unprivileged, elsewhere: true }).leftOut).toEqual([]);
  });

  it('leaves out the kinds that are not wanted, every one of them, without a warning', () => {
    const some = planned({ survey: everything, without: ['step-down', 'kill'] });
    expect(some.leftOut).toEqual([
      { name: 'fault kill' },
      { name: 'action step-down' },
      { name: 'action step-down 2' },
      { name: 'action step-down 3' },
    ]);
    expect(kindsOf(some).filter((kind) => kind === 'kill' || kind === 'step-down')).toEqual([]);
    expect(lackingWarnings(some)).toEqual([]);
  });

  it('leaves out the same when it goes on', () => {
    const { leftOut } = planned({ survey: unprivileged, without: ['kill'] });
    const again = planned({ survey: everything, leftOut });
    expect(again.leftOut).toEqual(leftOut);
    expect(kindsOf(again)).not.toContain('power-failure');
    expect(() => planned({ survey: unprivileged, leftOut: [] })).toThrow(/needs root/);
  });

  it('refuses kinds that the space does not have, and to be without any', () => {
    expect(() => planned({ survey: everything, without: ['kil'] })).toThrow(
      `--without: "kil" is no fault or action of ${FILE}; did you mean "kill"?`,
    );
    const all = [...new Set(kindsOf(planned({ survey: everything })))];
    expect(() => planned({ survey: everything, without: all })).toThrow(
      '--without leaves nothing to draw from',
    );
  });
});
