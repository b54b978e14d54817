/** Servers, proxies and trees that the tests run against. Nothing here is a mock. */
package io.github.jsftp.testing;
