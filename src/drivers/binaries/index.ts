export {
  exactWord,
  installedBinary,
  publishedVersions,
  resolveBinary,
  type BinaryContext,
  type ResolvedBinary,
} from './resolve.ts';
export { type BinaryRequest } from './request.ts';
export { type ToolName } from './tools.ts';
export { surveyBinary, type BinarySurvey } from './survey.ts';
export { cacheFolder } from './cache.ts';
export { filesOnPath } from './sources/path.ts';
