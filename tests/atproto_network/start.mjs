// Runs a whole AT Protocol network on loopback: the directory of identities (PLC), one personal data server (PDS) and the
// AppView that makes threads and notifications of what is written there.
//
// Environment: DB_POSTGRES_URL, REDIS_HOST (host:port), TMPDIR (the PDS writes there), and NETWORK_PORTS, five free ports as
// JSON: [plc, pds, appview, moderation, elsewhere].
// Output: one line of JSON once everything answers; after that one line per command.
// Commands, one per line of standard input: `settle` answers when the AppView has taken in all that was written.
// SIGTERM, SIGINT or the end of standard input stop it.
import { Server } from 'node:net'
import { createInterface } from 'node:readline'

const LOOPBACK = '127.0.0.1'
const CLOSING_MS = 5000

// The servers offer no setting for the address they listen on, and would listen on every one.
const listenAnywhere = Server.prototype.listen
Server.prototype.listen = function (first, ...rest) {
  const options = typeof first === 'object' && first !== null && !('fd' in first) ? first : { port: Number(first) }
  if (!('port' in options) || !Number.isInteger(Number(options.port))) {
    return listenAnywhere.call(this, first, ...rest)
  }
  const whenReady = rest.filter((argument) => typeof argument === 'function')
  return listenAnywhere.call(this, { ...options, host: LOOPBACK }, ...whenReady)
}

// AppView tables live in a schema of their own; its name takes letters and underscores only.
process.env.DB_POSTGRES_SCHEMA ??= 'tests'
process.env.LOG_ENABLED ??= 'false'

const { TestNetwork, TestPds } = await import('@atproto/dev-env')
const say = (line) => process.stdout.write(JSON.stringify(line) + '\n')

const [plc, pds, appview, moderation, other] = JSON.parse(process.env.NETWORK_PORTS)
const network = await TestNetwork.create({
  plc: { port: plc },
  pds: { port: pds, hostname: 'localhost', enableDidDocWithSession: true },
  bsky: { port: appview, publicUrl: `http://localhost:${appview}` },
  ozone: { port: moderation },
})

// A second server that the AppView does not read: authors who live elsewhere, as seen from the first one.
const elsewhere = await TestPds.create({ port: other, hostname: 'localhost', didPlcUrl: network.plc.url })

let stopping = false
async function stop() {
  if (stopping) return
  stopping = true
  const tooLong = new Promise((resolve) => setTimeout(resolve, CLOSING_MS))
  await Promise.race([Promise.all([network.close(), elsewhere.close()]).catch((error) => console.error(error)), tooLong])
  process.exit(0)
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)

const commands = createInterface({ input: process.stdin })
commands.on('close', stop)
commands.on('line', async (command) => {
  try {
    if (command !== 'settle') throw new Error(`unknown command ${command}`)
    await network.processAll(20_000)
    say({ settled: true })
  } catch (error) {
    say({ error: String(error) })
  }
})

say({
  plc: network.plc.url,
  pds: network.pds.url,
  appview: network.bsky.url,
  elsewhere: elsewhere.url,
  // What the staff of the servers sign in with, to take a post down as a moderator of the network would.
  staff: { pds: network.pds.adminAuth(), appview: network.bsky.adminAuth() },
})
