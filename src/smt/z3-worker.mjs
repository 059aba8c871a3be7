/**
 * One instance of the solver in one thread, called synchronously. Plain JavaScript, so that a thread can
 * load it from source and from the build alike.
 *
 * Both asynchronous interfaces of the package are unsafe: one frees memory while the solver runs, the
 * other hands it a string that is gone by then. So the low-level module is called here, and nothing else
 * runs in this thread meanwhile.
 */

import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

const instantiate = createRequire(import.meta.url)(workerData.glue);

parentPort.once('message', async ({ module }) => {
  const z3 = await instantiate({
    print() {},
    printErr() {},
    // The parent compiled the module once for all threads.
    instantiateWasm(imports, done) {
      WebAssembly.instantiate(module, imports).then((instance) => done(instance, module));
      return {};
    },
  });
  // Running out of memory becomes an answer instead of an abort.
  z3.ccall(
    'Z3_global_param_set',
    'void',
    ['string', 'string'],
    ['memory_high_watermark_mb', '1200'],
  );
  parentPort.on('message', (job) => {
    try {
      parentPort.postMessage({ ...run(z3, job), crash: null });
    } catch (error) {
      // The instance may be damaged; the parent discards this thread.
      parentPort.postMessage({ answer: '', details: '', crash: String(error) });
    }
  });
  parentPort.postMessage('ready');
});

/** A script in a context of its own, then the question that fits its last answer. */
function run(z3, { script, onSat, onUnsat }) {
  const config = z3._Z3_mk_config();
  const context = z3._Z3_mk_context(config);
  z3._Z3_del_config(config);
  // The default handler would end the process.
  z3._set_noop_error_handler(context);
  try {
    const answer = evaluate(z3, context, script);
    const status = answer.match(/^(?:sat|unsat|unknown)$/gm)?.at(-1);
    const query = status === 'sat' ? onSat : status === 'unsat' ? onUnsat : '';
    return { answer, details: query === '' ? '' : evaluate(z3, context, query) };
  } finally {
    z3._Z3_del_context(context);
  }
}

/** The text goes to the heap: it may be larger than the stack of the WebAssembly module. */
function evaluate(z3, context, text) {
  const bytes = Buffer.from(`${text}\0`, 'utf8');
  const address = z3._malloc(bytes.length);
  z3.HEAPU8.set(bytes, address);
  try {
    return z3.UTF8ToString(z3._Z3_eval_smtlib2_string(context, address));
  } finally {
    z3._free(address);
  }
}
