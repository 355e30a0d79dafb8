import { compile } from './compile.ts';
import { schemas } from './schemas.ts';

/** The build puts a generated module in the place of this one: making code from schemas takes a tenth of a second. */
export { schemas };
export const validators = {
  experiment: compile(schemas.experiment),
  environment: compile(schemas.environment),
};
