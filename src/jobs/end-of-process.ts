/** Signals that end a process, and let it say so: batch systems and containers send them before they kill. */
const ENDING_SIGNALS = ['SIGTERM', 'SIGHUP'] as const;

/**
 * Calls a handler once, when the process ends by itself or by a signal that it hears of (SIGTERM, SIGHUP); the signal
 * ends it then as it would have. Returns a function that stops listening.
 */
export function onEndOfProcess(handler: () => void): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    stopListening();
    handler();
    process.kill(process.pid, signal);
  };
  const stopListening = (): void => {
    process.off('exit', handler);
    for (const signal of ENDING_SIGNALS) process.off(signal, onSignal);
  };
  process.on('exit', handler);
  for (const signal of ENDING_SIGNALS) process.on(signal, onSignal);
  return stopListening;
}
