/**
 * The way in and out of an engine with a command line (Node, Bun): the request is the first argument, each message a line of output.
 *
 * *Source:* none. *Deviations:* none.
 */
import { writeSync } from 'node:fs'
import { threadPool } from '../../src/shell/node-threads.ts'
import { type Request, work } from './work.ts'

const { bun, node } = process.versions
const entry = new URL('../../src/cli/registry.js', import.meta.url).href

await work(JSON.parse(process.argv[2]) as Request, {
  agent: bun === undefined ? `Node ${node}` : `Bun ${bun} (JavaScriptCore)`,
  openPool: (workers, setup) => threadPool({ workers, entry, setup }),
  say: (message) => {
    writeSync(1, `${JSON.stringify(message)}\n`)
  },
})
