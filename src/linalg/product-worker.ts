import { parentPort } from 'node:worker_threads';
import { takeParts, type TeamTask } from './product-team.js';

/** A thread of a `ProductTeam`. */
parentPort?.on('message', (task: TeamTask) => takeParts(task));
