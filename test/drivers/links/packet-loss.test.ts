import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  addRules,
  clearRules,
  markedRules,
  named,
  rulesOf,
} from '../../../src/drivers/links/packet-filter.ts';
import { demandPacketLoss, PacketLoss } from '../../../src/drivers/links/packet-loss.ts';
import { leftOf, reap } from '../../../src/drivers/undo/reap.ts';
import { rulesOfRun, runMark } from '../../../src/drivers/links/packet-rules.ts';
import { until } from '../../../src/support/deadline.ts';
import { isLeftOut } from '../../support/surroundings/left-out.ts';

describe('rules of a packet filter', () => {
  it('are known by how their comment begins, whoever has quoted it', () => {
    const listing = [
      '-P INPUT ACCEPT',
      '-N nats-chaos-a.',
      '-A INPUT -i lo -p tcp -m comment --comment "nats-chaos-a.x.lost" -c 3 180 -j DROP',
      '-A OUTPUT -p tcp -m comment --comment nats-chaos-a.y.seen',
      '-A INPUT -m comment --comment "not nats-chaos-a." -j DROP',
      '-A INPUT -m comment --comment nats-chaos-ab.x.lost -j DROP',
      '-A nats-chaos-a. -j DROP',
    ].join('\n');
    expect(markedRules(listing, 'nats-chaos-a.').map((rule) => rule.join(' '))).toEqual([
      'INPUT -i lo -p tcp -m comment --comment nats-chaos-a.x.lost -c 3 180 -j DROP',
      'OUTPUT -p tcp -m comment --comment nats-chaos-a.y.seen',
    ]);
  });
});

const lacks = isLeftOut('packets');

describe.skipIf(lacks)('packets dropped in a network namespace of a process', () => {
  let holder: ChildProcess;
  let pid: number;
  let loss: PacketLoss;
  beforeEach(async () => {
    holder = spawn('unshare', ['-n', 'sh', '-c', 'echo there; exec sleep 60'], { stdio: 'pipe' });
    await new Promise((done) => holder.stdout?.once('data', done));
    pid = holder.pid ?? 0;
    loss = new PacketLoss({
      mark: () => 'nats-chaos-unit.',
      gateOf: (link) => Promise.resolve({ namespace: pid, port: Number(link) }),
      namespaces: () => Promise.resolve([pid]),
    });
  });
  afterEach(() => {
    holder.kill('SIGKILL');
  });

  it('have rules for each way, which go with the fault and take no other along', async () => {
    await loss.drop({ '2001': 'both', '2002': 'out', '2003': 'back' }, 'packet-loss#1', 0.1);
    await loss.drop({ '2001': 'out' }, 'packet-loss#1.2', 0.3);
    const none = { seen: 0, dropped: 0 };
    const links = ['2001', '2002', '2003', '2004'];
    expect(await loss.observe(links, 'packet-loss#1')).toEqual({
      '2001': { out: none, back: none },
      '2002': { out: none, back: null },
      '2003': { out: null, back: none },
      '2004': { out: null, back: null },
    });
    expect(loss.owners('2001')).toEqual(['packet-loss#1', 'packet-loss#1.2']);
    await loss.release('packet-loss#1');
    await loss.release('packet-loss#1');
    expect(loss.owners('2001')).toEqual(['packet-loss#1.2']);
    expect(await rulesOf(pid, 'nats-chaos-unit.')).toHaveLength(2);
    await loss.release('packet-loss#1.2');
    expect(await rulesOf(pid, 'nats-chaos-unit.')).toEqual([]);
  });

  it('can be let through again whatever the share was', async () => {
    for (const share of [1e-6, 0.01, 0.029, 1 / 3, 0.7, 1]) {
      await loss.drop({ '2001': 'both' }, 'packet-loss#1', share);
      await loss.release('packet-loss#1');
      expect(await rulesOf(pid, 'nats-chaos-unit.'), String(share)).toEqual([]);
    }
  });

  it('are counted: one that somebody no longer drops is not dropped', async () => {
    execFileSync('nsenter', ['-t', String(pid), '-n', 'ip', 'link', 'set', 'lo', 'up']);
    await loss.drop({ '2001': 'out' }, 'packet-loss#1', 1);
    const knock = `require('net').connect(2001, '127.0.0.1').on('error', () => 0); setTimeout(() => process.exit(), 300)`;
    spawn('nsenter', ['-t', String(pid), '-n', process.execPath, '-e', knock]);
    const outOf = async () => (await loss.observe(['2001'], 'packet-loss#1'))['2001']?.out;
    await until(async () => ((await outOf())?.dropped ?? 0) > 0, { timeoutMs: 10_000, what: 'a drop' });
    const count = await outOf();
    expect(count?.seen).toBe(count?.dropped);
    await clearRules(pid, 'nats-chaos-unit.packet-loss-1.lost');
    expect(await outOf()).toMatchObject({ dropped: 0 });
  });
});

describe.skipIf(lacks)('rules of this machine that bear the name of a run', () => {
  const rule = (mark: string) => ['INPUT', '-i', 'lo', '-p', 'tcp', '--dport', '1', ...named(mark)];

  it('are found and taken out with what else there is of it, and no others', async () => {
    const [folder, other] = ['a', 'b'].map((name) =>
      mkdtempSync(join(realpathSync(tmpdir()), `nats-chaos-unit-${name}-`)),
    ) as [string, string];
    try {
      for (const one of [folder, other]) await addRules('own', [rule(`${runMark(one)}x.seen`)]);
      expect(leftOf(folder)).toEqual([
        expect.stringMatching(/^the rule "INPUT -i lo .*x\.seen" is still in the packet filter$/),
      ]);
      await reap(folder);
      expect(leftOf(folder)).toEqual([]);
      expect(rulesOfRun(other)).toHaveLength(1);
    } finally {
      await reap(other);
      await reap(folder);
    }
    expect(rulesOfRun(other)).toEqual([]);
  });

  it('are tried where they meet nobody', async () => {
    await demandPacketLoss();
    expect(await rulesOf('own', 'nats-chaoslost')).toEqual([]);
  });
});
