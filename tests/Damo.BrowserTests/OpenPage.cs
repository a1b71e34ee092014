using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Damo.BrowserTests;

/// <summary>A page in the browser, with what it asked for and complained of.</summary>
sealed class OpenPage : IAsyncDisposable
{
    readonly IBrowserContext _context;

    public OpenPage(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Request += (_, request) => Requests.Enqueue(request.Url);
        page.Console += (_, message) => Complaints.Enqueue(message.Text);
        page.PageError += (_, error) => Complaints.Enqueue(error);
    }

    public IPage Page { get; }

    /// <summary>Everything that was loaded.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Messages on the console and errors of scripts.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Complaints { get; } = new();

    public ILocator Heat => Page.Locator("#heat");

    /// <summary>The part that is shown: first and last nanosecond from the start, first and last byte of the area.</summary>
    public async Task<double[]> View() => await Numbers("view");

    /// <summary>Lets the page draw what was asked for last.</summary>
    public async Task Settle() => await Page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))");

    /// <summary>Waits until a function of the page returns true.</summary>
    /// <remarks>Playwright's own wait evaluates text inside the page when the first look is too early, and the page's policy forbids just that.</remarks>
    /// <param name="function">The function, as a text.</param>
    /// <param name="argument">What it gets.</param>
    /// <exception cref="TimeoutException">It did not become true within two minutes.</exception>
    public async Task Until(string function, object? argument = null)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await Page.EvaluateAsync<bool>(function, argument))
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromMinutes(2))
            {
                throw new TimeoutException($"The page never came to: {function}");
            }

            await Task.Delay(10);
        }
    }

    /// <summary>Puts the mouse on a part of the plot, from the lower left.</summary>
    public async Task Point(double x, double y)
    {
        (float px, float py) = await At(x, y);
        await Page.Mouse.MoveAsync(px, py);

        // The browser hands events on in its own time. The mouse stands on whole pixels.
        await Until(
            "at => { const tip = document.getElementById('tip'), is = JSON.parse(tip.dataset.pointer || '[-1, -1]'); return !tip.hidden && at.every((v, i) => "
                + "Math.abs(v - is[i]) < .005); }",
            new[] { x, y });
    }

    /// <summary>A place of the plot on the screen.</summary>
    public async Task<(float X, float Y)> At(double x, double y)
    {
        LocatorBoundingBoxResult box = (await Heat.BoundingBoxAsync())!;
        double[] plot = await Numbers("plot");
        return ((float)(box.X + plot[0] + (x * plot[2])), (float)(box.Y + plot[1] + ((1 - y) * plot[3])));
    }

    public async Task Press(params string[] keys)
    {
        await Heat.FocusAsync();
        foreach (string key in keys)
        {
            await Page.Keyboard.PressAsync(key);
        }

        await Settle();
    }

    public async Task Wheel(float pixels)
    {
        string before = (await Heat.GetAttributeAsync("data-view"))!;
        await Page.Mouse.WheelAsync(0, pixels);
        await Until("before => document.getElementById('heat').dataset.view !== before", before);
        await Settle();
    }

    /// <summary>A value of the note beside the pointer that tells it exactly.</summary>
    public async Task<string> Exact(string name) => await Page.Locator("#tip").GetAttributeAsync("data-" + name) ?? "";

    /// <summary>A value of the note as it is shown; empty where it has none.</summary>
    public async Task<string> Shown(string term) => await Page.EvaluateAsync<string>(
        "term => [...document.querySelectorAll('#tip dt')].find(e => e.textContent === term)?.nextSibling.textContent ?? ''", term);

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    async Task<double[]> Numbers(string name) =>
        [.. JsonDocument.Parse((await Heat.GetAttributeAsync("data-" + name))!).RootElement
            .EnumerateArray()
            .Select(n => double.Parse(n.GetRawText(), CultureInfo.InvariantCulture))];
}
