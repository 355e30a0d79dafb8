import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'monitoring/grafana/dashboards');
const files = readdirSync(folder).sort();

interface Panel {
  id: number;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource: unknown;
  targets: { expr: string; datasource: unknown }[];
}
interface Board {
  uid: string;
  title: string;
  templating: { list: { name: string; type: string }[] };
  panels: Panel[];
}
const boards = files.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Board);

describe('the dashboards', () => {
  it('are those that the page names', () => {
    expect(files).toEqual([
      'exporter.json',
      'jetstream.json',
      'overview.json',
      'servers.json',
      'surveyor.json',
    ]);
    expect(new Set(boards.map(({ uid }) => uid)).size).toBe(files.length);
    expect(new Set(boards.map(({ title }) => title)).size).toBe(files.length);
  });

  it('are what Grafana publishes as the type of a dashboard, with no field that it does not know', () => {
    const problems = problemsOf(files.map((file) => readFileSync(join(folder, file), 'utf8')));
    expect(problems).toEqual([]);
  });

  it('would be found out with a field that Grafana does not know, or of another type', () => {
    const [text = ''] = files.map((file) => readFileSync(join(folder, file), 'utf8'));
    const board = JSON.parse(text) as Board;
    expect(problemsOf([JSON.stringify({ ...board, panelz: [] })])[0]).toMatch(/"panelz"' does not exist/);
    expect(
      problemsOf([JSON.stringify({ ...board, panels: [{ ...board.panels[0], gridPos: 7 }] })]),
    ).not.toEqual([]);
    expect(
      problemsOf([JSON.stringify({ ...board, templating: { list: [{ name: 'x', type: 'words' }] } })]),
    ).not.toEqual([]);
  });

  it.each(boards.map((board) => [board.title, board] as const))(
    '%s shows every panel in its own place',
    (_, board) => {
      const ids = board.panels.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { title, gridPos, targets, datasource } of board.panels) {
        expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
        for (const one of [datasource, ...targets.map((target) => target.datasource)])
          expect(one, title).toEqual({ type: 'prometheus', uid: '${datasource}' });
        expect(targets.length, title).toBeGreaterThan(0);
      }
      const overlaps = board.panels.filter((a) =>
        board.panels.some((b) => a.id < b.id && overlap(a.gridPos, b.gridPos)),
      );
      expect(overlaps.map(({ title }) => title)).toEqual([]);
      const variables = board.templating.list.map(({ name }) => name);
      const used = JSON.stringify(board.panels).matchAll(/\$\{?(\w+)\}?/g);
      for (const [, name] of used) expect(variables).toContain(name);
    },
  );
});

function overlap(a: Panel['gridPos'], b: Panel['gridPos']): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/** What the compiler says of dashboards as values of the type that Grafana publishes. */
function problemsOf(dashboards: readonly string[]): string[] {
  const name = join(root, 'test/monitoring/checked-only-in-memory.ts');
  const lines = dashboards.map((json, i) => `export const board${i}: Dashboard = ${json};`);
  const text = `import type { Dashboard } from '@grafana/schema/dist/esm/raw/dashboard/x/Dashboard_types.gen';\n${lines.join('\n')}`;
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, types: [] },
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
  };
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => path === name || disk.fileExists(path),
    getSourceFile: (path, ...rest) =>
      path === name
        ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022)
        : disk.getSourceFile(path, ...rest),
  };
  const program = ts.createProgram([name], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
