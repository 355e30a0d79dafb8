import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { examineFile } from '../../../src/experiment/load.ts';
import { formatProblems } from '../../../src/experiment/source/problem.ts';

const folder = mkdtempSync(join(tmpdir(), 'nats-chaos-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function told(name: string, content?: string | Uint8Array): string {
  if (content !== undefined) writeFileSync(join(folder, name), content);
  return formatProblems(examineFile(name, { env: {}, cwd: folder }));
}

describe('what is no experiment at all', () => {
  it('is missing', () => expect(told('nope.yaml')).toBe('nope.yaml:1:1: there is no such file'));

  it('is a folder', () => {
    mkdirSync(join(folder, 'sub.yaml'));
    expect(told('sub.yaml')).toBe('sub.yaml:1:1: this is a folder, not a file');
  });

  it('is binary', () => {
    expect(told('b.yaml', 'name: x\u0000y')).toBe(
      'b.yaml:1:1: this is a binary file: it has a NUL byte at offset 7',
    );
  });

  it('is not UTF-8, and is told where', () => {
    const bytes = Buffer.concat([Buffer.from('name: x\ntitle: é'), Buffer.from([0xe9, 0x0a])]);
    expect(told('latin1.yaml', bytes)).toBe('latin1.yaml:2:9: this is not UTF-8 text');
  });

  it('is too large', () => {
    expect(told('big.yaml', '#'.repeat(1024 * 1024 + 1))).toBe(
      'big.yaml:1:1: this file has 1048577 bytes; at most 1 MiB is read',
    );
  });

  it('is nested too deeply', () => expect(told('deep.yaml', '['.repeat(5000))).toContain('nesting exceeded'));

  it('would be enormous if its aliases were followed', () => {
    const bomb = [
      'a0: &a0 [x, x]',
      ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`),
    ];
    expect(told('bomb.yaml', bomb.join('\n'))).toContain('aliases (*name) are not read');
  });

  it('cannot send control sequences to the terminal', () => {
    expect(told('escape.yaml', 'name: "\u009b31m"\n"\\e[31m": 1\n')).not.toMatch(/[\u001b\u009b]/);
  });

  it('reads a byte order mark and Windows line ends as nothing special', () => {
    expect(told('crlf.yaml', '\ufeffname: x\r\ntitel: y\r\n')).toContain(
      'crlf.yaml:2:1: unknown key "titel"',
    );
  });
});
