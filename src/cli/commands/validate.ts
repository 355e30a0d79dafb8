import { examineAny } from '../../experiment/load.ts';
import { formatProblems, type Problem } from '../../experiment/source/problem.ts';
import { yamlFilesOf } from '../../experiment/source/files.ts';
import { programWarnings } from '../../plan/service-refusals.ts';
import { ExitCode } from '../exit-codes.ts';
import { complain, print, printJson } from '../output.ts';
import { experimentFile, experimentFiles } from '../run/experiment-files.ts';
import { loadOptions } from '../run/load-options.ts';

export interface ValidateOptions {
  /** Only experiments with one of these tags. */
  tag?: string[];
  environment?: string;
  json?: boolean;
}

/**
 * `chaos validate`: lists every problem of every file, each once even when several experiments share an environment; and,
 * as warnings, programs that services need and this machine does not have.
 */
export function validateCommand(paths: string[], options: ValidateOptions): Promise<number> {
  const load = loadOptions(options);
  const files =
    options.tag === undefined
      ? yamlFilesOf(paths.map(experimentFile), process.cwd())
      : experimentFiles(paths, options.tag);
  const results = files.map((file) => {
    const { problems, loaded } = examineAny(file, load);
    return { file, problems: [...problems, ...(loaded === undefined ? [] : programWarnings(loaded))] };
  });
  const problems = unique(results.flatMap((result) => result.problems));
  const valid = !problems.some((problem) => problem.severity === 'error');
  if (options.json === true) {
    printJson({ valid, files: results.map((result) => result.file), problems });
  } else {
    if (problems.length > 0) complain(formatProblems(problems));
    for (const result of results) {
      if (!result.problems.some((problem) => problem.severity === 'error')) print(`${result.file}: valid`);
    }
    if (!valid) complain(summary(problems));
  }
  return Promise.resolve(valid ? ExitCode.pass : ExitCode.invalid);
}

function unique(problems: Problem[]): Problem[] {
  const seen = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return [...seen.values()];
}

function summary(problems: Problem[]): string {
  const errors = problems.filter((problem) => problem.severity === 'error');
  const files = new Set(errors.map((problem) => problem.file)).size;
  const many = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;
  return `\n${many(errors.length, 'problem')} in ${many(files, 'file')}`;
}
