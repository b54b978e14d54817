import { readFileSync } from 'node:fs'
import { defineConfig } from 'vitepress'

const REPOSITORY = 'https://github.com/jsftp/jsftp'

// The anchors of headings are those of code hosts, so that links work in both places.
const slugify = (heading) =>
  heading.toLowerCase().replace(/[^\w\- ]/g, '').replaceAll(' ', '-')

// The sidebar is docs/index.md: its headings are groups, its list items pages.
const index = readFileSync(new URL('../index.md', import.meta.url), 'utf8')
const sidebar = index
  .split(/^## /m)
  .slice(1)
  .map((group) => ({
    text: group.slice(0, group.indexOf('\n')),
    items: [...group.matchAll(/^- \[(.+?)\]\((.+?)\.md\)/gm)].map(([, text, page]) => ({
      text,
      link: `/${page}`
    }))
  }))

export default defineConfig({
  title: 'jsftp',
  description: 'An SFTP library for Java: what pysftp is to Python',
  lang: 'en',
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: '/favicon.svg' }]],
  base: process.env.DOCS_BASE || '/',
  outDir: '../target/site',
  cacheDir: '../target/vitepress',
  router: { prefetchLinks: false },
  markdown: {
    anchor: { slugify },
    toc: { slugify },
    config: (md) => {
      // Indented blocks look and scroll like fenced ones.
      md.renderer.rules.code_block = (tokens, i, options, env, self) => {
        tokens[i].info = 'text'
        return md.renderer.rules.fence(tokens, i, options, env, self)
      }
      // Files outside of docs/ are on the code host.
      const render = md.renderer.rules.link_open
      md.renderer.rules.link_open = (tokens, i, options, env, self) => {
        const href = tokens[i].attrGet('href')
        if (href?.startsWith('../')) {
          tokens[i].attrSet('href', `${REPOSITORY}/blob/main/${href.slice(3)}`)
        }
        return render
          ? render(tokens, i, options, env, self)
          : self.renderToken(tokens, i, options)
      }
    }
  },
  themeConfig: {
    sidebar,
    outline: { level: [2, 3] },
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: REPOSITORY }]
  }
})
