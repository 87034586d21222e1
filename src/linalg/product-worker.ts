import { parentPort } from 'node:worker_threads';
import { takeTiles, type TeamTask } from './product-team.js';

/** A thread of a `ProductTeam`. */
parentPort?.on('message', (task: TeamTask) => takeTiles(task));
