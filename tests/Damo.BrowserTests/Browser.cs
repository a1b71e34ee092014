using Microsoft.Playwright;

namespace Damo.BrowserTests;

/// <summary>One Chromium for all tests. Where it is not installed, tests are skipped, but never in CI.</summary>
public sealed class Browser : IAsyncLifetime
{
    const string Program = "/usr/bin/chromium";

    IPlaywright? _playwright;
    IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Program))
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Program,
            Timeout = 180_000,
            Args =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>Opens a page and waits until its script is ready, unless scripts are off.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What kind of visitor.</param>
    internal async Task<OpenPage> Open(string path, BrowserNewContextOptions? options = null)
    {
        if (_browser is null)
        {
            const string Missing = $"{Program} is missing; install it with: apt-get install --no-install-recommends chromium";
            Assert.SkipUnless(
                Environment.GetEnvironmentVariable("CI") == "true" || Environment.GetEnvironmentVariable("DAMON_TESTS_MAY_NOT_SKIP") is { Length: > 0 },
                Missing);
            Assert.Fail(Missing);
        }

        options ??= new BrowserNewContextOptions();
        options.ViewportSize ??= new ViewportSize { Width = 1300, Height = 1600 };
        IBrowserContext context = await _browser.NewContextAsync(options);
        context.SetDefaultTimeout(120_000);
        OpenPage page = new(context, await context.NewPageAsync());
        await page.Page.GotoAsync(new Uri(path).AbsoluteUri);
        if (options.JavaScriptEnabled != false)
        {
            await page.Until("() => document.documentElement.dataset.ready === 'yes' && !!document.getElementById('heat').dataset.view");
        }

        return page;
    }
}
