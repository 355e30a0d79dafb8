import { didYouMean } from './suggest.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

export type Interpolated = { text: string; problem?: never } | { text?: never; problem: string };

const REFERENCE = /\$\$\{|\$\{([^}]*)\}|\$\{/g;
const NAME = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;
const SECRET = /^secrets\.(.+)$/;

/**
 * Fills in `${VAR}`, `${VAR:-default}` and `${secrets.NAME}`; `$${` stands for `${`.
 *
 * @param secrets null where secrets cannot be used: in the secrets themselves
 * @param stays what is filled in later, by the text between `${` and `}`
 */
export function interpolate(
  text: string,
  env: Variables,
  secrets: Variables | null,
  stays: (inner: string) => boolean = () => false,
): Interpolated {
  const problems: string[] = [];
  const filled = text.replaceAll(REFERENCE, (whole: string, inner: string | undefined) => {
    if (whole === '$${') return '${';
    if (inner !== undefined && stays(inner)) return whole;
    const { text: value, problem } =
      inner === undefined
        ? { problem: 'this ${ has no closing }; write $${ for the two characters themselves' }
        : lookUp(inner, env, secrets);
    if (problem !== undefined) problems.push(problem);
    return value ?? whole;
  });
  return problems.length === 0 ? { text: filled } : { problem: problems.join('; ') };
}

function lookUp(inner: string, env: Variables, secrets: Variables | null): Interpolated {
  const secret = SECRET.exec(inner)?.[1];
  if (secret !== undefined) return lookUpSecret(secret, secrets);
  const match = NAME.exec(inner);
  if (match?.[1] === undefined) {
    return {
      problem: `"\${${inner}}" is not a variable; expected \${NAME}, \${NAME:-default} or \${secrets.NAME}`,
    };
  }
  const value = own(env, match[1]);
  // As in a shell, the default after `:-` also replaces an empty variable.
  if (match[2] !== undefined) return { text: value === undefined || value === '' ? match[2] : value };
  return value === undefined
    ? {
        problem: `the environment variable ${match[1]} is not set; set it, or write \${${match[1]}:-default}`,
      }
    : { text: value };
}

function lookUpSecret(name: string, secrets: Variables | null): Interpolated {
  if (secrets === null) return { problem: 'a secret cannot be made of other secrets' };
  const value = own(secrets, name);
  if (value !== undefined) return { text: value };
  return {
    problem: `there is no secret "${name}" under \`secrets\`${didYouMean(name, Object.keys(secrets))}`,
  };
}

function own(variables: Variables, name: string): string | undefined {
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
}
