// A thread of Node that looks like a Web Worker from within: global `postMessage` and `addEventListener`, messages as `data` of an event.
// It serves the executor of the entry module that the setup names.
import { parentPort } from 'node:worker_threads'

globalThis.postMessage = (message) => parentPort.postMessage(message)
globalThis.addEventListener = (type, listener) => parentPort.on(type, (data) => listener({ data }))

const { serveWebWorker } = await import('../../../dist/src/shell/web-worker-desk.js')

serveWebWorker(async ({ entry, quirks }) => {
  const { openExecutor } = await import(entry)
  return openExecutor(quirks)
})
