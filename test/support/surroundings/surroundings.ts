import type { MachineSurvey } from '../../../src/drivers/machine.ts';

/** Programs that some tests call, beside those that the faults need. */
export const PROGRAMS = {
  go: 'Go (go.dev/dl)',
  python3: 'the package python3',
  pip3: 'the package python3-pip',
  chromium: 'the package chromium, or set CHROMIUM to where it is',
  docker: 'the package docker-cli',
  dockerd: 'the package docker.io',
  openssl: 'the package openssl',
  ip: 'the package iproute2',
  sshd: 'the package openssh-server',
  ssh: 'the package openssh-client',
  script: 'the package bsdutils',
  bash: 'the package bash',
  zsh: 'the package zsh',
  fish: 'the package fish',
  prometheus: 'the package prometheus',
  'redis-server': 'the package redis-server',
  'redis-sentinel': 'the package redis-sentinel',
  'redis-cli': 'the package redis-tools',
  nginx: 'the package nginx',
  postgres: 'the package postgresql',
  tini: 'the package tini',
} as const;
export type Program = keyof typeof PROGRAMS;

/** Releases that tests run against; `toxiproxy` stands for its one release, the others are of nats-server. */
export const SERVER_SETS = {
  current: [process.env['CHAOS_TEST_NATS'] ?? '2.12', 'toxiproxy'],
  conformance: [process.env['NATS_SERVER_BIN'] ?? '2.12.3'],
  upgrades: ['2.10', '2.15'],
} as const satisfies Record<string, readonly string[]>;
export type ServerSet = keyof typeof SERVER_SETS;

/** Why something cannot be had here, and what to do about it. */
export interface Gap {
  why: string;
  how: string;
}

/** All that decides which tests can run on a machine, as plain data. */
export interface Surroundings {
  /** How a Docker engine answers; a gap where it does not. */
  engine: 'answers' | Gap;
  /** Docker Compose, whether or not there is an engine for it. */
  compose: 'there' | Gap;
  /** Which releases of the servers are there, or could be got. */
  servers: Record<ServerSet, 'there' | Gap>;
  programs: Record<Program, boolean>;
  machine: MachineSurvey;
}
