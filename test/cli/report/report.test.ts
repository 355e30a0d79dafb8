import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportCommand } from '../../../src/cli/commands/report.ts';
import { savedRunFolder, savedRunNames } from '../../../src/cli/report/saved-runs.ts';
import type { LocalServer } from '../../../src/cli/local-server.ts';
import { serveReports } from '../../../src/cli/report/server.ts';
import { renderHtml } from '../../../src/report/html.ts';
import { renderJson } from '../../../src/report/json.ts';
import { fixtureRun } from '../../report/fixture.ts';
import { HOSTILE, hostileRun } from '../../report/hostile.ts';
import { parseXml } from '../../report/forms/xml.ts';

let out: string;
const NAMES = [
  '20261121T031500Z-partition-2.12.3',
  '20261122T031500Z-partition-2.12.3',
  '.running-x',
  'broken',
];

beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'chaos-reports-'));
  for (const name of NAMES) mkdirSync(join(out, name));
  for (const [at, name] of NAMES.entries()) {
    const saved = { ...fixtureRun(), runId: `id${at}` };
    writeFileSync(join(out, name, 'report.json'), name === 'broken' ? '{' : renderJson(saved));
  }
  writeFileSync(join(out, NAMES[0]!, 'report.html'), 'the page');
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

describe('saved runs', () => {
  it('are listed the newest first, without those that are going on', () => {
    expect(savedRunNames(out)).toEqual(['broken', NAMES[1], NAMES[0]]);
    expect(savedRunNames(join(out, 'nowhere'))).toEqual([]);
  });

  it('are found by folder, file, name, id and latest', () => {
    const first = join(out, NAMES[0]!);
    for (const word of [first, join(first, 'report.json'), NAMES[0]!, 'id0']) {
      expect(savedRunFolder(word, out)).toBe(first);
    }
    expect(savedRunFolder('latest', out)).toBe(join(out, NAMES[1]!));
    expect(() => savedRunFolder('nope', out)).toThrow(/no saved run "nope"/);
  });
});

describe('chaos report', () => {
  it('makes every form again, each into its file', async () => {
    const at = (name: string): string => join(out, 'forms', name);
    const forms = ['html', 'junit', 'markdown', 'annotations', 'events'] as const;
    const options = Object.fromEntries(forms.map((form) => [form, at(form)]));
    expect(await reportCommand('id0', { out, ...options })).toBe(0);
    const text = Object.fromEntries(forms.map((form) => [form, readFileSync(at(form), 'utf8')]));
    expect(text['html']).toBe(renderHtml({ ...fixtureRun(), runId: 'id0' }));
    expect(parseXml(text['junit']!).name).toBe('testsuites');
    expect(text['markdown']).toMatch(/^## ✔ PASS/);
    expect(text['annotations']).toBe('');
    expect(text['events']!.trimEnd().split('\n').length).toBeGreaterThan(10);
  });

  it('refuses two forms on stdout, and a damaged report by its name', () => {
    expect(() => reportCommand('id0', { out, html: '-', junit: '-' })).toThrow(/only one form/);
    expect(() => reportCommand('broken', { out })).toThrow(/broken\/report\.json is not JSON/);
  });
});

describe('chaos report serve', () => {
  let server: LocalServer;
  beforeEach(async () => {
    server = await serveReports(out, 0);
  });
  afterEach(() => server.close());

  /** Without the clean-up of addresses that fetch would do. */
  function get(path: string, options: { method?: string; host?: string } = {}) {
    const { hostname, port, host } = new URL(server.url);
    return new Promise<{ status: number; body: string; headers: Record<string, unknown> }>((done, failed) => {
      const { method = 'GET' } = options;
      const headers = { host: options.host ?? host };
      const sent = request({ hostname, port, path, method, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (body += chunk));
        response.on('end', () => done({ status: response.statusCode ?? 0, body, headers: response.headers }));
      });
      sent.on('error', failed);
      sent.end();
    });
  }

  it('lists the runs with links that work, and says what cannot be read', async () => {
    const { status, body, headers } = await get('/');
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    const links = [...body.matchAll(/href="([^"]+)"/g)].map(([, link]) => link!);
    expect(links).toHaveLength(2);
    expect(body).toMatch(/broken.*is not JSON/s);
    // One from its file, one made from report.json.
    expect((await get(links[1]!)).body).toBe('the page');
    const made = await get(links[0]!);
    expect(made.body).toMatch(/^<!doctype html>/);
    expect(made.headers['content-security-policy']).toBe('sandbox allow-scripts');
    expect(JSON.parse((await get(links[0]!.replace('.html', '.json'))).body)).toMatchObject({ runId: 'id1' });
  });

  it('listens on the loopback address alone', () => {
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
  });

  it.each([
    '/runs/../secret/report.html',
    '/runs/%2e%2e/report.html',
    '/runs/..%2fsecret/report.html',
    '/runs/%2e%2e%2f%2e%2e%2fetc/report.html',
    '/runs/%00/report.html',
    '/runs/%/report.html',
    '/runs/.running-x/report.json',
    '/runs//report.html',
    '/etc/passwd',
    '//etc/passwd',
    '/runs/20261121T031500Z-partition-2.12.3/journal.ndjson',
    '/runs/20261121T031500Z-partition-2.12.3/../../secret',
  ])('does not serve %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it('serves no link to elsewhere, no other method, and no other host', async () => {
    const secret = join(out, 'secret.txt');
    writeFileSync(secret, 'secret');
    symlinkSync(secret, join(out, NAMES[1]!, 'report.html'));
    const path = `/runs/${NAMES[1]!}/report.html`;
    expect((await get(path)).status).toBe(404);
    expect((await get('/', { method: 'POST' })).status).toBe(405);
    expect((await get('/', { host: 'evil.example' })).status).toBe(403);
    expect((await get('/', { host: 'localhost:1' })).status).toBe(200);
  });

  it('shows a run that was written meanwhile, and keeps hostile names inert', async () => {
    await get('/');
    writeFileSync(join(out, 'broken', 'report.json'), renderJson(hostileRun(fixtureRun())));
    cpSync(join(out, 'broken'), join(out, '"><script>alert(1)<!--'), { recursive: true });
    const { body } = await get('/');
    expect(body).not.toContain('is not JSON');
    expect(body).not.toContain('<script');
    expect(body).not.toContain(HOSTILE);
    const links = [...body.matchAll(/href="([^"]+)"/g)].map(([, link]) => link!);
    for (const link of links) expect((await get(link)).status).toBe(200);
    expect(links).toHaveLength(4);
  });

  it('says so when the port is taken', async () => {
    await expect(serveReports(out, Number(new URL(server.url).port))).rejects.toThrow(/cannot be used/);
  });
});
