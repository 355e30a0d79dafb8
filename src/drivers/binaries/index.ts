export { resolveBinary, type BinaryContext, type BinarySource, type ResolvedBinary } from './resolve.ts';
export { type BinaryRequest } from './request.ts';
export { type ToolName } from './tools.ts';
