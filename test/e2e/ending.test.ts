import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { smallExperiment, Workbench } from './harness.ts';

let bench: Workbench;
let hole: { child: ChildProcess; port: number; fill: Socket[] };
let monitor: { url: string; server: Server };
beforeEach(async () => {
  bench = new Workbench();
  hole = await blackHole();
  monitor = await answering();
});
afterEach(async () => {
  for (const socket of hole.fill) socket.destroy();
  hole.child.kill('SIGKILL');
  monitor.server.close();
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

it('a connection that is still being tried holds up the end of no run', async () => {
  const server = `127.0.0.1:${hole.port}`;
  bench.environment({
    name: 'small',
    title: 'A server that nobody hears from',
    attach: {},
    accounts: { APP: { jetstream: true, users: { app: { password: 'app' } } } },
    clusters: { c: { nodes: ['n1'], servers: { n1: { client: server, monitor: monitor.url } } } },
    streams: { 'c/s': { subjects: ['s.>'] } },
  });
  const steadyState = [{ kind: 'server-healthy', servers: 'c', equals: 1 }];
  const method = [{ phase: 'look', for: '1s' }];
  const file = bench.experiment(smallExperiment({ workloads: {}, steadyState, method, checks: [] }));
  const run = bench.run(file);
  const { code, report } = await run.ends();
  expect([code, report.verdict]).toEqual([3, 'error']);
  // The kernel goes on for more than two minutes.
  expect(Date.now() - Date.parse(report.endedAt)).toBeLessThan(30_000);
});

/** A port of this machine that answers nobody, not even that it is taken: a server that is stopped, its queue full. */
async function blackHole(): Promise<typeof hole> {
  const listen = `require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
    console.log(this.address().port);
  })`;
  const child = spawn(process.execPath, ['-e', listen], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(said.toString());
  child.kill('SIGSTOP');
  const fill: Socket[] = [];
  for (let waits = false; !waits;) {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    fill.push(socket);
    waits = await Promise.race([
      once(socket, 'connect').then(() => false),
      new Promise<boolean>((done) => setTimeout(() => done(true), 1_000)),
    ]);
  }
  return { child, port, fill };
}

/** As much of a server as makes the program connect to it. */
async function answering(): Promise<{ url: string; server: Server }> {
  const varz = { server_name: 'n1', server_id: 'N1', version: '2.12.0' };
  const server = createServer((_request, response) => response.end(JSON.stringify(varz)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
