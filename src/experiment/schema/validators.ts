import { compile } from './compile.ts';
import { withoutReferences } from './definitions.ts';
import { publishedSchemas } from './published.ts';

/** The build replaces this module by a generated one: compiling the schemas at each start would take too long. */
export const validators = {
  experiment: compile(publishedSchemas.experiment),
  environment: compile(publishedSchemas.environment),
};

/** The schemas with every reference resolved, for walking along a value. */
export const schemas = {
  experiment: withoutReferences(publishedSchemas.experiment),
  environment: withoutReferences(publishedSchemas.environment),
};
