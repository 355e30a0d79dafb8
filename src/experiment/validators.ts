import { compile } from './compile.ts';
import { withoutReferences } from './definitions.ts';
import { publishedSchemas } from './schemas.ts';

/** The build puts a generated module in the place of this one: making code from schemas takes a while. */
export const validators = {
  experiment: compile(publishedSchemas.experiment),
  environment: compile(publishedSchemas.environment),
};

/** The schemas with every reference resolved, for walking along a value. */
export const schemas = {
  experiment: withoutReferences(publishedSchemas.experiment),
  environment: withoutReferences(publishedSchemas.environment),
};
