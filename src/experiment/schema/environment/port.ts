import { Type } from '../../../support/schema.ts';

export function port(description: string) {
  return Type.Integer({ minimum: 1, maximum: 65535, description });
}
