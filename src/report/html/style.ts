import { BASE } from './style/base.ts';
import { PARTS } from './style/parts.ts';
import { SCORE } from './style/score.ts';
import { THEME } from './style/theme.ts';

/** The page's own style sheet. */
export const STYLE = [THEME, BASE, SCORE, PARTS].join('\n');
