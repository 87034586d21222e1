// The one table of rooms: what lives where, and which rooms each may import. The lint rule (import-rule.mjs), the page
// docs/architecture.md, the README of each room and the guard in test/guards are all made from it.

/**
 * A room is a folder, or the files of a folder that have rules of their own. `imports` may be imported freely, `types`
 * only as types. `src` stands for all rooms of src but those in `except`; `also` adds others to them.
 */
const ROOMS = [
  {
    name: 'src/linalg',
    holds: 'Dense kernels on row-major Float64Arrays, symmetric eigenproblems, Davidson iteration.',
    imports: [],
  },
  {
    name: 'src/statistics: generator',
    files: ['src/statistics/generator.ts'],
    holds: 'The seeded generator that every random number comes from.',
    imports: [],
  },
  {
    name: 'src/statistics',
    holds: 'Intervals, exact discrete distributions, sequential tests by betting, rank tests.',
    imports: ['src/linalg', 'src/statistics: generator'],
  },
  {
    name: 'src/theory',
    holds:
      'Factor sets, problems, Gram reduction, D and K, critical mixing, coherence: what theorems speak of.',
    imports: ['src/linalg', 'src/statistics: generator'],
  },
  {
    name: 'src/theory/operator',
    holds: 'The exact second-moment operator T: its radius, its critical step, its side.',
    imports: ['src/linalg', 'src/statistics: generator', 'src/theory'],
    reason: 'that the exact operator is independent of simulation, statistics and theorems',
  },
  {
    name: 'src/unlearning',
    holds: 'The real step: per-sample models, batch samplers, descent and ascent, processes, growth of runs.',
    imports: ['src/linalg', 'src/statistics: generator', 'src/statistics', 'src/theory'],
    reason: 'that simulation is independent of the exact operator',
  },
  {
    name: 'src/decision',
    holds:
      'Certificates: on which side a process is, decided by sampled steps with a computed error probability.',
    imports: ['src/linalg', 'src/statistics: generator', 'src/statistics', 'src/theory', 'src/unlearning'],
    reason: 'that certificates are independent of the exact operator',
  },
  {
    name: 'src/forecast',
    holds:
      'What an unlearning run will do: the training loop with the true loss on the linearised network, on its Jacobian or in output space.',
    imports: ['src/linalg', 'src/statistics: generator', 'src/theory', 'src/unlearning', 'src/jobs'],
    reason: 'that a forecast knows neither files nor the theory that it is held against',
  },
  {
    name: 'src/network',
    holds:
      'The signal-plus-noise data, the two-layer network, its training, linearisation and unlearning run.',
    imports: [
      'src/linalg',
      'src/statistics: generator',
      'src/statistics',
      'src/theory',
      'src/unlearning',
      'src/jobs',
      'src/network: limits',
    ],
    types: ['src/network: comparison'],
    reason:
      'that the network and its real run are independent of the exact operator and of who examines them',
  },
  {
    name: 'src/network: second implementation',
    files: ['src/network/tfjs-backend.ts'],
    holds:
      'TensorFlow.js on the backend that starts, and the same network on it by automatic differentiation.',
    imports: [],
    types: ['src/network'],
    reason: 'that the second implementation shares no code with the first',
  },
  {
    name: 'src/network: comparison',
    files: ['src/network/retrained-comparison.ts'],
    holds: 'What became of a network beside retrained ones: membership, distance, tug-of-war.',
    imports: ['src/network', 'src/network: limits', 'src/statistics: generator', 'src/statistics'],
    reason: 'that deletion is measured without the theory that predicts escape',
  },
  {
    name: 'src/network: limits',
    files: ['src/network/comparison-limits.ts'],
    holds: 'Numbers of the comparison that its text names.',
    imports: [],
    reason: 'that a number needs no code',
  },
  {
    name: 'src/network: exact growth',
    files: ['src/network/batch-growth.ts'],
    holds: 'Growth near the minimum with mini-batches: measured, and decided by certificate.',
    imports: [
      'src/linalg',
      'src/statistics: generator',
      'src/theory',
      'src/theory/operator',
      'src/unlearning',
      'src/decision',
      'src/network',
    ],
    reason: 'that growth is measured without the comparison with retrained networks',
  },
  {
    name: 'src/network: experiment',
    files: ['src/network/network-experiment.ts'],
    holds: 'One trained network from data to verdict, and its record.',
    imports: [
      'src/linalg',
      'src/statistics: generator',
      'src/statistics',
      'src/theory',
      'src/unlearning',
      'src/jobs',
      'src/network',
      'src/network: comparison',
      'src/network: exact growth',
    ],
    reason: 'that an experiment does not know who analyses and who prints',
  },
  {
    name: 'src/jobs',
    holds:
      'Long work: one pool, lanes, shards, a growing log with checksums, resume, merge, interrupt, progress.',
    imports: [],
    reason: 'that jobs know neither tasks nor results',
  },
  {
    name: 'src/harness: statements',
    files: ['src/harness/budget.ts', 'src/harness/theorem.ts', 'src/harness/instance.ts'],
    holds: 'What a theorem, a claim, a kind of claims and an instance are, and how much a run spends.',
    imports: ['src/linalg', 'src/statistics: generator', 'src/theory'],
    types: ['src/unlearning', 'src/network', 'src/harness'],
    reason: 'that a statement shares no code with what checks it',
  },
  {
    name: 'src/harness',
    holds: 'Examination of instances, one file a kind of claim; runs, shrinking, counterexamples, summaries.',
    imports: [
      'src/linalg',
      'src/statistics: generator',
      'src/statistics',
      'src/theory',
      'src/theory/operator',
      'src/unlearning',
      'src/decision',
      'src/network',
      'src/forecast',
      'src/network: second implementation',
      'src/jobs',
      'src/harness: statements',
    ],
    reason: 'that the harness does not know who prints, and theorems only as data',
  },
  {
    name: 'src/analysis',
    holds:
      'The whole theory of one problem, of all its samples or of a subset with intervals; the recommendation.',
    imports: [
      'src/linalg',
      'src/statistics: generator',
      'src/statistics',
      'src/theory',
      'src/theory/operator',
      'src/unlearning',
      'src/harness: statements',
      'src/harness',
    ],
    types: ['src/network'],
    reason: 'that an analysis knows neither files nor who prints',
  },
  {
    name: 'src/input',
    holds:
      'Problem files, matrices in blocks (npy, npz, safetensors, csv), models: from a path to a problem.',
    imports: [
      'src/linalg',
      'src/statistics: generator',
      'src/theory',
      'src/unlearning',
      'src/network',
      'src/network: second implementation',
      'src/harness: statements',
    ],
    types: ['src/harness', 'src/forecast'],
    reason: 'that files do not know who computes with them or prints',
  },
  {
    name: 'src/frontier',
    holds: 'Maps of the boundary as data: axes, the problem of a cell, lines; the grid and its shards.',
    imports: [
      'src/linalg',
      'src/statistics: generator',
      'src/statistics',
      'src/theory',
      'src/theory/operator',
      'src/unlearning',
      'src/decision',
      'src/network',
      'src/network: comparison',
      'src/network: experiment',
      'src/jobs',
      'src/harness: statements',
      'src/harness',
      'src/analysis',
      'src/input',
    ],
    reason: 'that maps do not know who draws or prints them',
  },
  {
    name: 'src/report',
    holds:
      'Text, Markdown, JUnit, pages and pictures of what was found: one axis, one table writer, one chart.',
    imports: ['src/linalg', 'src/network: limits', 'src/harness: statements'],
    types: [
      'src/theory',
      'src/unlearning',
      'src/network',
      'src/network: comparison',
      'src/network: exact growth',
      'src/network: experiment',
      'src/jobs',
      'src/harness',
      'src/analysis',
      'src/input',
      'src/frontier',
      'src/forecast',
    ],
    reason: 'that reports compute nothing of what they show',
  },
  {
    name: 'src/cli',
    holds: 'The command line: one file a command, options declared with their parsers and bounds.',
    imports: 'src',
    except: ['src/api'],
    reason: 'that src never names a theorem: it receives the register as data',
  },
  {
    name: 'src/api',
    holds:
      'What `import` gives: analyze, recommend, verify, own theorems; the worker thread; beside the command line.',
    imports: 'src',
    except: ['src/cli'],
    also: ['theorems'],
    reason: 'that the library stands beside the command line',
  },
  {
    name: 'theorems',
    holds:
      'One file a theorem: header, statement, claim, wrong variants, draws; the register; witnesses as data.',
    imports: ['src/linalg', 'src/statistics: generator', 'src/theory', 'src/harness: statements'],
    types: ['src/network', 'src/harness'],
    reason: 'that a prediction shares no code with the operator, simulation and statistics that check it',
  },
  {
    name: 'properties',
    holds: 'Laws for all problems: exact laws, laws of invariance, attainment, lemmas.',
    imports: 'src',
    except: ['src/cli', 'src/api'],
    also: ['theorems', 'test'],
    reason: 'that properties come before programs',
  },
  {
    name: 'bin',
    holds: 'The program: the composition root that sees all.',
    imports: 'src',
    also: ['theorems'],
    reason: 'that a program runs the product alone',
  },
  {
    name: 'studies',
    holds:
      'What is measured about the product and is not part of it: calibration, evidence, seeds, bench, examples.',
    imports: 'src',
    also: ['theorems', 'test'],
    reason: 'that studies use the product as anyone would',
  },
  {
    name: 'test',
    holds:
      'Unit tests, mirroring src; test/reference holds the slow, obvious second implementations; guards.',
    imports: 'src',
    also: ['theorems', 'properties', 'bin', 'studies'],
    reason: 'that tests see everything',
  },
];

const inSrc = ROOMS.map(({ name }) => name).filter((name) => name.startsWith('src/'));

/** Rooms with the names of all that each may import, as values and types. */
export const rooms = ROOMS.map(({ imports, except = [], also = [], types = [], reason, ...room }) => {
  const named = imports === 'src' ? inSrc.filter((name) => !except.includes(name)) : imports;
  const listed = [...named, ...also].filter((name) => name !== room.name);
  return { ...room, imports: listed, types, reason: reason ?? 'that the ground stands alone' };
});

for (const { name, imports, types } of rooms) {
  for (const other of [...imports, ...types]) {
    if (!rooms.some((room) => room.name === other))
      throw new Error(`rooms.mjs: ${name} names no room: ${other}`);
  }
}

/** The room of a file, by its path from the root; null for configuration and scripts. */
export function roomOf(file) {
  const own = rooms.find(({ files }) => files?.includes(file));
  if (own) return own;
  const folders = rooms.filter(({ name, files }) => !files && file.startsWith(`${name}/`));
  return folders.sort((a, b) => b.name.length - a.name.length)[0] ?? null;
}

/** True if files of the room may import files of the target. */
export function mayImport(room, target, { typeOnly }) {
  return (
    room === target || room.imports.includes(target.name) || (typeOnly && room.types.includes(target.name))
  );
}

/** The rooms that an import of the room brings along at run time, straight or through others. */
export function reachable(room) {
  const found = new Set();
  const visit = ({ imports }) => {
    for (const name of imports) {
      if (found.has(name)) continue;
      found.add(name);
      visit(rooms.find((other) => other.name === name));
    }
  };
  visit(room);
  return found;
}
