/**
 * The way in and out of a page: the request is fetched from the server that sent the page, each message is posted to it.
 *
 * *Source:* none. *Deviations:* none.
 */
import { packageWorkers } from '../../src/browser/index.ts'
import { type Request, work } from './work.ts'

const names: Readonly<Record<string, string>> = { Chrome: 'Chromium' }
const found = /(Firefox|Chrome)\/(\d+)/.exec(navigator.userAgent)

await work((await (await fetch('/request')).json()) as Request, {
  agent: found === null ? navigator.userAgent : `${names[found[1]] ?? found[1]} ${found[2]}`,
  openPool: packageWorkers,
  say: async (message) => {
    await fetch('/message', { method: 'POST', body: JSON.stringify(message) })
  },
})
