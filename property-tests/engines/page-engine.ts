/**
 * The way in and out of a page: the request is fetched from the server that sent the page, each message is posted to it.
 *
 * *Source:* none. *Deviations:* none.
 */
import { type Message, type Request, work } from './work.ts'

const say = async (message: Message): Promise<void> => {
  await fetch('/message', { method: 'POST', body: JSON.stringify(message) })
}

const names: Readonly<Record<string, string>> = { Chrome: 'Chromium' }
const found = /(Firefox|Chrome)\/(\d+)/.exec(navigator.userAgent)
const agent = found === null ? navigator.userAgent : `${names[found[1]] ?? found[1]} ${found[2]}`
const request = (await (await fetch('/request')).json()) as Request

await work(request, agent, say)
