/**
 * The way in and out of an engine with a command line (Node, Bun): the request is the first argument, each message a line of output.
 *
 * *Source:* none. *Deviations:* none.
 */
import { writeSync } from 'node:fs'
import { type Request, work } from './work.ts'

const { bun, node } = process.versions
const agent = bun === undefined ? `Node ${node}` : `Bun ${bun} (JavaScriptCore)`

await work(JSON.parse(process.argv[2]) as Request, agent, (message) => {
  writeSync(1, `${JSON.stringify(message)}\n`)
})
