/** The parts of JSON Schema that are used. */
export interface Shape {
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly Shape[];
  items?: Shape;
  properties?: Record<string, Shape>;
  required?: readonly string[];
  additionalProperties?: Shape | boolean;
}

export interface Misfit {
  path: (string | number)[];
  text: string;
}

/** Says what does not match, or null. */
export type Check = (value: unknown) => Misfit | null;

/**
 * Turns a JSON Schema into a check, without a compiler. Paths are built only when a mismatch is returned, because a
 * long run has a hundred thousand readings. Unknown fields are ignored.
 */
export function checkOf(shape: Shape): Check {
  const { anyOf, type } = shape;
  if (anyOf !== undefined) {
    const checks = anyOf.map(checkOf);
    return (value) => (checks.some((check) => check(value) === null) ? null : unexpected(value));
  }
  const checks = [...fixedChecks(shape), ...(type === undefined ? [] : [checkOfType(type, shape)])];
  const [only] = checks;
  if (checks.length === 1 && only !== undefined) return only;
  return (value) => firstMisfit(checks, value);
}

/** The place of the mismatch in the value: `phases[3].name`. */
export function placeOf({ path }: Misfit): string {
  const parts = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`));
  return parts.join('').replace(/^\./, '') || 'the whole';
}

function fixedChecks(shape: Shape): Check[] {
  const { enum: words } = shape;
  return [
    ...('const' in shape ? [(value: unknown) => (value === shape.const ? null : unexpected(value))] : []),
    ...(words === undefined ? [] : [(value: unknown) => (words.includes(value) ? null : unexpected(value))]),
  ];
}

function firstMisfit(checks: readonly Check[], value: unknown): Misfit | null {
  for (const check of checks) {
    const wrong = check(value);
    if (wrong !== null) return wrong;
  }
  return null;
}

function checkOfType(type: string, shape: Shape): Check {
  const wrong = (value: unknown): Misfit => unexpected(value, `, not ${type}`);
  switch (type) {
    case 'array':
      return checkOfItems(shape, wrong);
    case 'object':
      return checkOfFields(shape, wrong);
    case 'null':
      return (value) => (value === null ? null : wrong(value));
    case 'integer':
      return (value) => (Number.isInteger(value) ? null : wrong(value));
    default:
      return (value) => (typeof value === type ? null : wrong(value));
  }
}

function checkOfItems({ items }: Shape, wrong: (value: unknown) => Misfit): Check {
  const check = items === undefined ? null : checkOf(items);
  return (value) => {
    if (!Array.isArray(value)) return wrong(value);
    if (check === null) return null;
    for (let at = 0; at < value.length; at++) {
      const misfit = check(value[at]);
      if (misfit !== null) return { ...misfit, path: [at, ...misfit.path] };
    }
    return null;
  };
}

function checkOfFields(shape: Shape, wrong: (value: unknown) => Misfit): Check {
  const known = Object.entries(shape.properties ?? {}).map(([name, field]) => ({
    name,
    check: checkOf(field),
    required: shape.required?.includes(name) === true,
  }));
  const other = typeof shape.additionalProperties === 'object' ? checkOf(shape.additionalProperties) : null;
  return (value) => {
    if (!isMap(value)) return wrong(value);
    for (const { name, check, required } of known) {
      const field = value[name];
      if (field === undefined) {
        if (required) return { path: [name], text: 'is missing' };
        continue;
      }
      const misfit = check(field);
      if (misfit !== null) return { ...misfit, path: [name, ...misfit.path] };
    }
    return other === null ? null : misfitOfOthers(value, other, shape.properties);
  };
}

function misfitOfOthers(
  value: Record<string, unknown>,
  check: Check,
  known: Shape['properties'],
): Misfit | null {
  for (const name of Object.keys(value)) {
    const misfit = known !== undefined && Object.hasOwn(known, name) ? null : check(value[name]);
    if (misfit !== null) return { ...misfit, path: [name, ...misfit.path] };
  }
  return null;
}

function unexpected(value: unknown, rather = ''): Misfit {
  const text = JSON.stringify(value);
  return { path: [], text: `is ${text.length > 60 ? `${text.slice(0, 60)}…` : text}${rather}` };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
