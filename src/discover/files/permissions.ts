import type { ConfValue } from '../../conf/value.ts';
import type { Json } from '../../support/json.ts';
import { MapReader, textOf, textsOf } from './reader.ts';

/** The permissions of a user as an environment states them; undefined where there are none. */
export function permissionsOf(value: ConfValue | undefined): Json | undefined {
  if (value?.kind !== 'map') return undefined;
  const block = new MapReader(value, []);
  const publish = rightsOf(block.value('publish', 'pub', 'import'));
  const subscribe = rightsOf(block.value('subscribe', 'sub', 'export'));
  const responses = responsesOf(block.value('allow_responses', 'allow_response'));
  const all = {
    ...(publish === undefined ? {} : { publish }),
    ...(subscribe === undefined ? {} : { subscribe }),
    ...(responses === undefined ? {} : { responses }),
  };
  return Object.keys(all).length === 0 ? undefined : all;
}

/** A subject, a list of them, or a map of what is allowed and what is denied. */
function rightsOf(value: ConfValue | undefined): Json | undefined {
  if (value === undefined) return undefined;
  if (value.kind !== 'map') return { allow: textsOf(value) };
  const block = new MapReader(value, []);
  const [allow, deny] = [block.value('allow'), block.value('deny')];
  const denied = textsOf(deny);
  const rights = {
    ...(allow === undefined ? {} : { allow: textsOf(allow) }),
    ...(denied.length === 0 ? {} : { deny: denied }),
  };
  return Object.keys(rights).length === 0 ? undefined : rights;
}

function responsesOf(value: ConfValue | undefined): Json | undefined {
  if (value === undefined) return undefined;
  if (value.kind !== 'map') return value.kind === 'flag' && value.value === false ? undefined : {};
  const block = new MapReader(value, []);
  const max = block.number('max', 'max_msgs', 'max_messages', 'max_responses');
  const expires = textOf(block.value('expires', 'expiration', 'ttl'));
  return {
    ...(max === undefined || max < 1 ? {} : { max }),
    ...(expires === undefined || !/^\d+(\.\d+)?(ms|s|m|h)$/.test(expires) ? {} : { expires }),
  };
}
