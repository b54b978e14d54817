// Opens each page of the built site in headless Chromium, on a desktop and on a phone, dark and light.
// Fails on broken links and anchors, errors in the console, requests that fail, and pages that scroll sideways.
import { createServer } from 'node:http'
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const SITE = fileURLToPath(new URL('../../target/site', import.meta.url))
const PICTURES = fileURLToPath(new URL('../../target/site-pictures', import.meta.url))
const PHOTOGRAPHED = ['index', 'getting-started', 'cookbook', 'migrating-from-jsch', 'options', 'performance', 'windows-and-locales']
const VIEWS = [
  { name: 'desktop-light', width: 1280, height: 800, colorScheme: 'light' },
  { name: 'desktop-dark', width: 1280, height: 800, colorScheme: 'dark' },
  { name: 'phone-light', width: 390, height: 844, colorScheme: 'light' },
  { name: 'phone-dark', width: 390, height: 844, colorScheme: 'dark' }
]
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.png': 'image/png' }

const browserPath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']
  .find((path) => path && existsSync(path))
if (!browserPath) {
  console.log('No Chromium found, so the pages were not opened; CHROMIUM can name its path.')
  process.exit(process.env.CI ? 1 : 0)
}

const server = createServer((request, response) => {
  const path = join(SITE, decodeURIComponent(new URL(request.url, 'http://localhost').pathname))
  const file = path.endsWith('/') ? join(path, 'index.html') : path
  if (!file.startsWith(SITE) || !existsSync(file)) {
    response.writeHead(404).end()
  } else {
    response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(readFileSync(file))
  }
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${server.address().port}`

const pages = readdirSync(SITE).filter((name) => name.endsWith('.html') && name !== '404.html').map((name) => name.slice(0, -5))
const problems = []
const links = new Map() // from an address on this site to the pages that link to it
const anchors = new Map() // from a page to the ids in it

mkdirSync(PICTURES, { recursive: true })
const browser = await chromium.launch({
  executablePath: browserPath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
})
try {
  for (const view of VIEWS) {
    const context = await browser.newContext({ viewport: { width: view.width, height: view.height }, colorScheme: view.colorScheme })
    const tab = await context.newPage()
    tab.setDefaultTimeout(180_000) // a busy machine may take long for a page
    let current = ''
    tab.on('console', (message) => message.type() === 'error' && problems.push(`${current} (${view.name}): console: ${message.text()}`))
    tab.on('pageerror', (error) => problems.push(`${current} (${view.name}): ${error}`))
    tab.on('requestfailed', (request) => request.failure().errorText !== 'net::ERR_ABORTED' && problems.push(`${current} (${view.name}): ${request.url()} failed`))
    for (const page of view.colorScheme === 'light' ? pages : PHOTOGRAPHED) {
      current = page
      await tab.goto(`${origin}/${page}.html`)
      await tab.locator('.VPDoc').waitFor()
      const seen = await tab.evaluate(() => ({
        dark: document.documentElement.classList.contains('dark'),
        excess: document.documentElement.scrollWidth - window.innerWidth,
        ids: [...document.querySelectorAll('[id]')].map((element) => element.id),
        hrefs: [...document.querySelectorAll('a[href]')].map((element) => element.href)
      }))
      if (seen.dark !== (view.colorScheme === 'dark')) problems.push(`${page} (${view.name}): is not ${view.colorScheme}`)
      if (seen.excess > 0) problems.push(`${page} (${view.name}): ${seen.excess} pixels wider than the screen`)
      anchors.set(`/${page}.html`, new Set(seen.ids))
      for (const href of seen.hrefs.filter((each) => each.startsWith(origin))) {
        links.set(href, (links.get(href) ?? new Set()).add(page))
      }
      if (PHOTOGRAPHED.includes(page)) await tab.screenshot({ path: join(PICTURES, `${page}-${view.name}.png`) })
    }
    if (view.name === 'desktop-light') {
      current = 'search'
      await tab.locator('.VPNavBarSearch button').first().click()
      await tab.locator('.VPLocalSearchBox input').fill('known_hosts')
      await tab.locator('.VPLocalSearchBox .result').first().waitFor()
      await tab.screenshot({ path: join(PICTURES, 'search.png') })
    }
    await context.close()
  }
} finally {
  await browser.close()
  server.close()
}

for (const [href, from] of links) {
  const { pathname, hash } = new URL(href)
  const page = pathname === '/' ? '/index.html' : pathname
  const ids = anchors.get(page)
  if (!ids) problems.push(`${[...from].join(', ')}: no page ${pathname}`)
  else if (hash && !ids.has(decodeURIComponent(hash.slice(1)))) problems.push(`${[...from].join(', ')}: no ${hash} in ${page}`)
}
problems.forEach((problem) => console.log(problem))
console.log(`${pages.length} pages, ${links.size} links, ${problems.length} problems; pictures are in target/site-pictures`)
process.exit(problems.length ? 1 : 0)
