/**
 * A saboteur beside real servers: `node program.mjs <mode> <configuration of a server> <its port for clients>`. It runs while
 * that server's folder exists, watches the processes of all servers of the run, and breaks one promise of theirs.
 *
 * - `lose`: while one server is paused and another is killed, it removes one message that was acknowledged.
 * - `repeat`: after a change of a stream's leader, it stores one message again.
 * - `delay`: it stands between clients and the server; once a pause and a kill overlap, it holds the answers back for a while.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { connect } from '@nats-io/transport-node';

const POLL_MS = 20;
const DELAY_MS = 3_000;
const [mode, config, port] = process.argv.slice(2);
const folder = dirname(config);

// The folder goes with the run, and so does everything that acts in it.
setInterval(() => existsSync(config) || process.exit(0), 200);

if (mode === 'lose') await lose();
else if (mode === 'repeat') await repeat();
else if (mode === 'delay') await delay();
else throw new Error(`no mode ${mode}`);

async function lose() {
  await until(pauseAndKillOverlap);
  await until(() => onStream(removeLast));
}

async function repeat() {
  let nc;
  await until(async () => (nc = await connectTo(config)));
  const elected = nc.subscribe('$JS.EVENT.ADVISORY.STREAM.LEADER_ELECTED.>');
  for await (const advisory of elected) {
    const { stream } = advisory.json();
    // The first election of a stream is before its first message.
    if (!(await hasMessages(nc, stream))) continue;
    await until(() => storedAgain(nc, stream));
    break;
  }
}

async function delay() {
  const upstreams = new Set();
  let isHeld = false;
  const hold = () => {
    isHeld = true;
    for (const upstream of upstreams) upstream.pause();
    setTimeout(() => {
      isHeld = false;
      for (const upstream of upstreams) upstream.resume();
    }, DELAY_MS);
  };
  void until(pauseAndKillOverlap).then(hold);
  const server = createServer((client) => {
    const upstream = createConnection({ host: '127.0.0.1', port: Number(port) });
    upstreams.add(upstream);
    client.pipe(upstream);
    upstream.on('data', (data) => client.write(data));
    // A client that connects again is no way around it.
    if (isHeld) upstream.pause();
    const close = () => {
      upstreams.delete(upstream);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', close).on('close', close);
  });
  const { listen } = JSON.parse(readFileSync(config, 'utf8'));
  server.listen({ host: '127.0.0.1', port: Number(listen.split(':')[1]) });
}

function pauseAndKillOverlap() {
  const states = readdirSync(folder)
    .filter((name) => name.endsWith('.conf.pid'))
    .map((name) => stateOf(readFileSync(join(folder, name), 'utf8').trim()));
  return states.includes('paused') && states.includes('gone');
}

function stateOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const state = stat.charAt(stat.lastIndexOf(')') + 2);
    return state === 'T' ? 'paused' : state === 'Z' || state === 'X' ? 'gone' : 'running';
  } catch {
    return pid === '' ? 'starting' : 'gone';
  }
}

/** Acts on the first stream of the run that has a message. @returns whether there was one */
async function onStream(act) {
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.conf'))) {
    const nc = await connectTo(join(folder, name));
    if (nc === undefined) continue;
    try {
      const { streams = [] } = await ask(nc, '$JS.API.STREAM.NAMES', {});
      for (const stream of streams ?? []) if (await act(nc, stream)) return true;
    } catch {
      // This server has no JetStream, or no leader now.
    } finally {
      await nc.close();
    }
  }
  return false;
}

async function removeLast(nc, stream) {
  const { state } = await ask(nc, `$JS.API.STREAM.INFO.${stream}`, {});
  if (!(state?.messages > 0)) return false;
  const { success } = await ask(nc, `$JS.API.STREAM.MSG.DELETE.${stream}`, {
    seq: state.last_seq,
    no_erase: true,
  });
  return success === true;
}

async function hasMessages(nc, stream) {
  try {
    return (await ask(nc, `$JS.API.STREAM.INFO.${stream}`, {})).state.messages > 0;
  } catch {
    return false;
  }
}

async function storedAgain(nc, stream) {
  try {
    const { state } = await ask(nc, `$JS.API.STREAM.INFO.${stream}`, {});
    const { message } = await ask(nc, `$JS.API.STREAM.MSG.GET.${stream}`, { seq: state.last_seq });
    // Without its headers, by which the stream would know it again.
    const ack = await nc.request(message.subject, Buffer.from(message.data, 'base64'), { timeout: 5_000 });
    return ack.json().seq > 0;
  } catch {
    // There is no leader now.
    return false;
  }
}

async function ask(nc, subject, body) {
  return (await nc.request(subject, JSON.stringify(body), { timeout: 1_000 })).json();
}

/** As the first user who may see more than the system account. */
async function connectTo(path) {
  try {
    const { listen, accounts, system_account: system } = JSON.parse(readFileSync(path, 'utf8'));
    const [, account] = Object.entries(accounts).find(([name]) => name !== system);
    const [{ user, password }] = account.users;
    return await connect({
      servers: listen,
      user,
      pass: password,
      timeout: 1_000,
      reconnect: true,
      maxReconnectAttempts: -1,
    });
  } catch {
    return undefined;
  }
}

async function until(isSo) {
  while (!(await isSo())) await new Promise((done) => setTimeout(done, POLL_MS));
}
