export { resolveBinary, type BinaryContext, type BinarySource, type ResolvedBinary } from './resolve.ts';
export { type BinaryRequest } from './request.ts';
export { type ToolName } from './tools.ts';
export { surveyBinary, type BinarySurvey, type SourceState } from './survey.ts';
export { cacheFolder } from './cache.ts';
export { filesOnPath } from './sources/path.ts';
