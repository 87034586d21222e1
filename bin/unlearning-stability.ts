#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import module from 'node:module';
import { guardProcess } from '../src/cli/failure.js';
import { runCommandLine } from '../src/cli/program.js';
import type { ToolIdentity } from '../src/jobs/machine.js';

// Node 22.8 and later keep what they have compiled; the types are those of Node 20.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();

const tool = JSON.parse(readFileSync(new URL('../build.json', import.meta.url), 'utf8')) as ToolIdentity;
const shell = { ...guardProcess('unlearning-stability'), tool, env: process.env };

// Theorems, threads and backends are for commands: the help does without them.
const context = async () => (await import('./context.js')).commandContext(shell);

process.exitCode = await runCommandLine(process.argv.slice(2), shell, context);
