import { expect, test } from 'vitest';
import { countSubjects, expandSubject, TEMPLATE_PATTERN } from '../../src/support/subject-template.ts';

test.each([
  ['orders.new', ['orders.new']],
  ['orders.{8..11}', ['orders.8', 'orders.9', 'orders.10', 'orders.11']],
  ['{eu,us}.x{1..2}', ['eu.x1', 'eu.x2', 'us.x1', 'us.x2']],
  ['a.{3..1}', []],
])('%s stands for %j', (template, subjects) => {
  expect(new RegExp(TEMPLATE_PATTERN).test(template)).toBe(true);
  expect(expandSubject(template)).toEqual(subjects);
  expect(countSubjects(template)).toBe(subjects.length);
});

test.each(['orders.>', 'orders.*', 'a..b', 'a.{', 'a.{}', 'a.{1..}', 'a.{x,}', 'a b', 'a.{b.c}', ''])(
  '%j is no template',
  (text) => {
    expect(new RegExp(TEMPLATE_PATTERN).test(text)).toBe(false);
  },
);
