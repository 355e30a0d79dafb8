import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** In the folder of a run; each file in it that ends so was written by the process that leads a session. */
export const SESSIONS = 'services';
const ENDING = '.session';
/** In the environment of everything that a service starts, unless the program has overwritten it. */
const MARK = 'NATS_CHAOS_FOLDER';

/**
 * A shell script that notes its own process and then becomes another program. A program may rename itself, but it
 * stays in its session: so does everything that it starts. The name of the file is on the command line until then.
 */
export const NOTE_AND_BECOME = '{ cat /proc/$$/stat 2>/dev/null || echo $$; } > "$0" && exec "$@"';

/** The file in which a replica's process notes itself. @param folder of the run @param name of the replica */
export function sessionFile(folder: string, name: string): string {
  return join(folder, SESSIONS, `${name}${ENDING}`);
}

/** What a service gets in its environment, so that its processes are found later. */
export function sessionMark(folder: string): Record<string, string> {
  return { [MARK]: folder };
}

interface Row {
  pid: number;
  session: number;
  /** Of Linux: when the process started, in ticks since the machine did. */
  start: string;
  zombie: boolean;
}

/** Ids of the processes of one session, its leader first. */
export function membersOf(leader: number): number[] {
  const others = rows().filter(({ pid, session, zombie }) => session === leader && pid !== leader && !zombie);
  return [leader, ...others.map(({ pid }) => pid)];
}

/** Ids of all processes of the services of a run. @param folder of the run */
export function sessionsOf(folder: string): number[] {
  const noted = notedIn(folder);
  const all = rows();
  const leaders = new Set(
    noted.flatMap(({ pid, start }) => {
      const now = all.find((row) => row.pid === pid);
      // Another process has the same id now.
      return now !== undefined && start !== '' && now.start !== start ? [] : [pid];
    }),
  );
  return all
    .filter(
      ({ pid, session, zombie }) =>
        !zombie && pid !== process.pid && (leaders.has(session) || isMarked(pid, folder)),
    )
    .map(({ pid }) => pid);
}

function notedIn(folder: string): Pick<Row, 'pid' | 'start'>[] {
  const inFolder = join(folder, SESSIONS);
  try {
    return readdirSync(inFolder)
      .filter((name) => name.endsWith(ENDING))
      .flatMap((name) => parseRow(readFileSync(join(inFolder, name), 'utf8')) ?? []);
  } catch {
    return [];
  }
}

function isMarked(pid: number, folder: string): boolean {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return variables.some((one) => `${one}/`.startsWith(`${MARK}=${folder}/`));
  } catch {
    return false;
  }
}

function rows(): Row[] {
  return process.platform === 'linux' ? procRows() : psRows();
}

function procRows(): Row[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return parseRow(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
      } catch {
        return [];
      }
    });
}

/** @param text of `/proc/<pid>/stat`, or an id alone */
export function parseRow(text: string): Row | null {
  const pid = Number.parseInt(text, 10);
  if (Number.isNaN(pid)) return null;
  // The command name is in parentheses and may hold any character, so the fields are counted after it.
  const [state = '', , , session = '0', ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { pid, session: Number(session), start: rest[15] ?? '', zombie: state === 'Z' || state === 'X' };
}

/** Elsewhere than on Linux the process group stands for the session. */
function psRows(): Row[] {
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,pgid=,stat='], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => {
    const [pid = '', group = '', state = ''] = line.trim().split(/\s+/);
    return pid === ''
      ? []
      : [{ pid: Number(pid), session: Number(group), start: '', zombie: state.startsWith('Z') }];
  });
}
