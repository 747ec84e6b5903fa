/**
 * Builds the page as a user's bundler would and serves it on this machine, together with the request and an ear for messages.
 *
 * *Source:* none. *Deviations:* none.
 */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { build } from 'vite'
import type { Message, Request } from './work.ts'

const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.wasm': 'application/wasm' }
const html = '<!doctype html><meta charset="utf-8"><title>engine</title><script type="module" src="/page.js"></script>'

/** Bundles the compiled module `entry` for browsers into `folder`: `page.js` and what it loads. */
export const buildPage = async (entry: string, folder: string): Promise<void> => {
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 100_000,
      rolldownOptions: { input: entry, output: { entryFileNames: 'page.js' } },
    },
  })
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

const sendFile = (folder: string, path: string, response: ServerResponse): void => {
  try {
    const content = readFileSync(join(folder, normalize(path)))
    response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(content)
  } catch {
    response.writeHead(404).end()
  }
}

/** Serves `folder` on a free port; `hear` gets each message of the page. */
export const servePage = async (folder: string, request: Request, hear: (message: Message) => void): Promise<Readonly<{ url: string; server: Server }>> => {
  const server = createServer((incoming, response) => {
    const path = new URL(incoming.url ?? '/', 'http://localhost').pathname
    if (path === '/') response.writeHead(200, { 'content-type': 'text/html' }).end(html)
    else if (path === '/request') response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(request))
    else if (path === '/message') {
      void bodyOf(incoming).then((body) => {
        response.writeHead(204).end()
        hear(JSON.parse(body) as Message)
      })
    } else sendFile(folder, path, response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server }
}
