using System.Globalization;
using System.Text.Json;
using Damo.Tests;
using Microsoft.Playwright;

namespace Damo.BrowserTests;

public sealed class HtmlPageTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    readonly PageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(30, 40)]
    [InlineData(7, 13)]
    public async Task Hovering_shows_the_cells_of_the_json(int times, int columns)
    {
        await using OpenPage open = await browser.Open(_folder.Page("--resol", $"{times}", $"{columns}"));
        JsonElement[] areas = [.. Report("heatmap", "--draw_range", "all", "--resol", $"{times}", $"{columns}").GetProperty("areas").EnumerateArray()];
        Assert.Equal(2, areas.Length);
        for (int i = 0; i < areas.Length; i++)
        {
            await open.Page.SelectOptionAsync("#area", $"{i}");
            foreach ((double x, double y) in ((double, double)[])[(0.01, 0.01), (0.31, 0.77), (0.5, 0.5), (0.83, 0.12), (0.995, 0.99)])
            {
                await open.Point(x, y);
                int row = int.Parse(await open.Exact("row"), CultureInfo.InvariantCulture);
                int column = int.Parse(await open.Exact("column"), CultureInfo.InvariantCulture);

                // The mouse stands on whole pixels, so it may be beside an edge.
                Assert.Equal("cell", await open.Exact("kind"));
                Assert.InRange(x * times, row - 0.1, row + 1.1);
                Assert.InRange(y * columns, column - 0.1, column + 1.1);
                double heat = areas[i].GetProperty("heats")[row][column].GetDouble();
                Assert.Equal(Rounded(heat), double.Parse(await open.Exact("rate"), CultureInfo.InvariantCulture));
                Assert.Equal(await open.Exact("rate") + " accesses/s", await open.Shown("Rate"));
                ulong start = areas[i].GetProperty("start_address").GetUInt64();
                ulong size = areas[i].GetProperty("end_address").GetUInt64() - start;
                Assert.Equal($"0x{start + (size * (ulong)column / (ulong)columns):x}", await open.Exact("start"));
                Assert.Equal($"0x{start + (size * ((ulong)column + 1) / (ulong)columns):x}", await open.Exact("end"));
                Assert.Equal($"{6_000_000_000L * row / times}", await open.Exact("from"));
                Assert.Equal($"{6_000_000_000L * (row + 1) / times}", await open.Exact("to"));
            }
        }

        AssertQuiet(open);
    }

    /// <summary>Rounded to whole minutes, marks 100 s apart read 0, 2, 3, 5, 7, 8, 10.</summary>
    [Fact]
    public async Task Times_of_a_long_record_are_marked_at_whole_minutes()
    {
        using PageFolder folder = new(intervalNs: 10_000_000_000);
        await using OpenPage open = await browser.Open(folder.Page());
        int[] minutes = [.. JsonDocument.Parse((await open.Heat.GetAttributeAsync("data-times"))!).RootElement.EnumerateArray()
            .Select(text => int.Parse(text.GetString()!.Replace(" min", "", StringComparison.Ordinal), CultureInfo.InvariantCulture))];
        Assert.InRange(minutes.Length, 3, 20);
        Assert.Equal(0, minutes[0]);
        Assert.All(minutes, (at, i) => Assert.Equal(i * minutes[1], at));

        await open.Press("+", "+", "+", "+", "+", "+");
        double[] view = await open.View();
        string[] seconds = [.. JsonDocument.Parse((await open.Heat.GetAttributeAsync("data-times"))!).RootElement
            .EnumerateArray()
            .Select(text => text.GetString()!)];
        Assert.InRange(seconds.Length, 3, 20);
        Assert.All(seconds, text => Assert.EndsWith(" s", text, StringComparison.Ordinal));
        Assert.InRange(double.Parse(seconds[0][..^2], CultureInfo.InvariantCulture) * 1e9, view[0], view[1]);
        AssertQuiet(open);
    }

    [Fact]
    public async Task Zoomed_in_it_shows_the_regions_with_their_age()
    {
        await using OpenPage open = await browser.Open(_folder.Page("--resol", "10", "10"));
        await open.Page.SelectOptionAsync("#area", "1");
        await open.Press("+", "+", "+", "+", "+");
        await open.Point(0.4, 0.6);
        Assert.Equal("region", await open.Exact("kind"));
        int snapshot = int.Parse(await open.Exact("row"), CultureInfo.InvariantCulture);
        int region = int.Parse(await open.Exact("column"), CultureInfo.InvariantCulture) % PageFolder.Regions;
        ulong start = PageFolder.Map + ((ulong)(region - (PageFolder.Regions / 2)) * PageFolder.RegionBytes);
        Assert.Equal(($"0x{start:x}", $"0x{start + PageFolder.RegionBytes:x}"), (await open.Exact("start"), await open.Exact("end")));
        Assert.Equal(($"{snapshot * 100_000_000L}", $"{(snapshot + 1) * 100_000_000L}"), (await open.Exact("from"), await open.Exact("to")));
        Assert.Equal($"{PageFolder.Accesses(snapshot, region) * 10} accesses/s", await open.Shown("Rate"));
        Assert.Contains($"({PageFolder.Age(snapshot, region)} intervals)", await open.Shown("Age"));
        Assert.Contains("<b onclick=window.hostile=3>\\u{202e}", await open.Shown("Mapping"));
        AssertQuiet(open);
    }

    [Fact]
    public async Task The_wheel_zooms_at_the_pointer_and_a_double_click_shows_all()
    {
        await using OpenPage open = await browser.Open(_folder.Page());
        double[] all = await open.View();
        await open.Point(0.25, 0.75);
        await open.Wheel(-300);
        double[] zoomed = await open.View();
        Assert.InRange((zoomed[1] - zoomed[0]) / (all[1] - all[0]), 0.5, 0.6);
        Assert.InRange((zoomed[3] - zoomed[2]) / (all[3] - all[2]), 0.5, 0.6);

        // What was under the pointer still is, but for the pixel that the mouse stands on.
        Assert.InRange((zoomed[0] + (0.25 * (zoomed[1] - zoomed[0]))) / all[1], 0.248, 0.252);
        Assert.InRange((zoomed[2] + (0.75 * (zoomed[3] - zoomed[2]))) / all[3], 0.745, 0.755);
        await open.Wheel(100);
        double[] wider = await open.View();
        Assert.True(wider[1] - wider[0] > zoomed[1] - zoomed[0]);
        (float x, float y) = await open.At(0.5, 0.5);
        await open.Page.Mouse.DblClickAsync(x, y);
        await open.Until("all => document.getElementById('heat').dataset.view === all", $"[{all[0]},{all[1]},{all[2]},{all[3]}]");
        Assert.Equal(all, await open.View());
        AssertQuiet(open);
    }

    [Fact]
    public async Task Dragging_moves_what_is_shown_with_the_mouse()
    {
        await using OpenPage open = await browser.Open(_folder.Page());
        await open.Press("+", "+", "+");
        double[] before = await open.View();
        (float x, float y) = await open.At(0.5, 0.5);
        await open.Page.Mouse.MoveAsync(x, y);
        await open.Page.Mouse.DownAsync();
        await open.Page.Mouse.MoveAsync(x + 90, y + 40, new MouseMoveOptions { Steps = 3 });
        await open.Page.Mouse.UpAsync();
        await open.Until("() => !document.getElementById('heat').classList.contains('dragging')");
        await open.Settle();
        double[] after = await open.View();
        double[] plot = [(await open.At(1, 0)).X - (await open.At(0, 0)).X, (await open.At(0, 0)).Y - (await open.At(0, 1)).Y];
        Assert.InRange((before[0] - after[0]) / (before[1] - before[0]) * plot[0], 89, 91);
        Assert.InRange((after[2] - before[2]) / (before[3] - before[2]) * plot[1], 39, 41);
        Assert.Equal(before[1] - before[0], after[1] - after[0], 3);
        AssertQuiet(open);
    }

    [Fact]
    public async Task Keys_zoom_move_reset_and_read_out()
    {
        await using OpenPage open = await browser.Open(_folder.Page("--resol", "30", "40"));
        double[] all = await open.View();
        await open.Press("+");
        double[] zoomed = await open.View();
        Assert.Equal((all[1] - all[0]) / 1.5, zoomed[1] - zoomed[0], 3);
        await open.Press("ArrowRight", "ArrowUp");
        double[] moved = await open.View();
        Assert.True(moved[0] > zoomed[0] && moved[2] > zoomed[2]);
        await open.Press("ArrowLeft", "ArrowDown");
        Assert.Equal(zoomed[0], (await open.View())[0], 3);
        await open.Press("-", "-");
        Assert.Equal(all, await open.View());
        await open.Press("+", "0");
        Assert.Equal(all, await open.View());
        await open.Press("Shift+ArrowRight");
        string read = await open.Page.Locator("#state").TextContentAsync() ?? "";
        Assert.Contains("Rate " + await open.Exact("rate"), read);
        await open.Press("Escape");
        Assert.True(await open.Page.Locator("#tip").IsHiddenAsync());
        AssertQuiet(open);
    }

    [Fact]
    public async Task The_percentiles_are_those_of_the_json()
    {
        await using OpenPage open = await browser.Open(_folder.Page());
        JsonElement target = Report("wss").GetProperty("targets")[0];
        long[] expected =
        [
            target.GetProperty("average").GetInt64(),
            .. target.GetProperty("percentiles").EnumerateArray().Select(p => p.GetProperty("value").GetInt64()),
        ];
        string[] shown = await open.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('#wss-table tbody td[data-value]')].map(e => e.dataset.value)");
        Assert.Equal(expected, shown.Select(v => long.Parse(v, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Hostile_texts_are_only_shown()
    {
        await using OpenPage open = await browser.Open(_folder.Page());
        await open.Point(0.5, 0.5);
        Assert.False(await open.Page.EvaluateAsync<bool>("'hostile' in window"));
        Assert.Equal("Memory accesses of " + PageFolder.Command, await open.Page.TitleAsync());
        Assert.Contains(PageFolder.Command, await open.Page.Locator(".facts").TextContentAsync());
        Assert.Contains(
            "<b onclick=window.hostile=3>\\u{202e}&lt;'\".so",
            await open.Page.Locator("#hottest").TextContentAsync() + await open.Page.Locator("#coldest").TextContentAsync());
        Assert.Equal(0, await open.Page.Locator("body b, body img, body i").CountAsync());

        // Even text that were taken for a script would not run.
        await open.Page.EvaluateAsync("() => { const s = document.createElement('script'); s.textContent = 'window.hostile = 4'; document.body.append(s); }");
        Assert.False(await open.Page.EvaluateAsync<bool>("'hostile' in window"));
    }

    [Fact]
    public async Task On_a_telephone_nothing_is_wider_than_the_screen_but_what_scrolls_by_itself()
    {
        await using OpenPage open = await browser.Open(
            _folder.Page(),
            new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 420, Height = 900 } });
        Assert.InRange(await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 300, 420);
        LocatorBoundingBoxResult heat = (await open.Heat.BoundingBoxAsync())!;
        Assert.InRange(heat.Width, 340, 420);
        Assert.InRange(heat.Height, 240, 600);
        foreach (string wide in (string[])["#area", ".buttons", ".legend", "#wss"])
        {
            LocatorBoundingBoxResult box = (await open.Page.Locator(wide).BoundingBoxAsync())!;
            Assert.InRange(box.X + box.Width, 1, 420);
        }

        await open.Point(0.9, 0.9);
        LocatorBoundingBoxResult tip = (await open.Page.Locator("#tip").BoundingBoxAsync())!;
        Assert.InRange(tip.X, 0, 420);
        Assert.InRange(tip.X + tip.Width, 1, 420);
        AssertQuiet(open);
    }

    [Fact]
    public async Task Without_scripts_the_figures_are_there()
    {
        await using OpenPage open = await browser.Open(_folder.Page(), new BrowserNewContextOptions { JavaScriptEnabled = false });
        string facts = await open.Page.Locator(".facts").InnerTextAsync();
        Assert.Contains("60 snapshots", facts);
        Assert.Contains("sampling 5 ms, aggregation 100 ms, update 1 s", facts);
        Assert.Contains("1.5 % of a CPU", facts);
        Assert.True(await open.Page.Locator("#hottest").IsVisibleAsync());
    }

    [Fact]
    public async Task The_page_follows_the_colours_of_the_system()
    {
        const string Script =
            "[getComputedStyle(document.body).backgroundColor, [...document.getElementById('heat').getContext('2d').getImageData(0, 0, 400, 200).data].join()]";
        string path = _folder.Page();
        await using OpenPage light = await browser.Open(path, new BrowserNewContextOptions { ColorScheme = ColorScheme.Light });
        await using OpenPage dark = await browser.Open(path, new BrowserNewContextOptions { ColorScheme = ColorScheme.Dark });
        string[] inLight = await light.Page.EvaluateAsync<string[]>(Script);
        string[] inDark = await dark.Page.EvaluateAsync<string[]>(Script);
        Assert.Equal(("rgb(255, 255, 255)", "rgb(23, 23, 27)"), (inLight[0], inDark[0]));
        Assert.NotEqual(inLight[1], inDark[1]);
        AssertQuiet(dark);
    }

    /// <summary>Prints how fast it is; DAMO_FRAMES_PAGE names another page to measure.</summary>
    [Fact]
    public async Task Zooming_and_moving_draw_every_frame()
    {
        await using OpenPage open = await browser.Open(
            Environment.GetEnvironmentVariable("DAMO_FRAMES_PAGE") is { Length: > 0 } given ? given : _folder.Page());
        const string Script = """
            async way => {
              const heat = document.getElementById('heat'), box = heat.getBoundingClientRect(), views = new Set();
              const frame = () => new Promise(done => requestAnimationFrame(done));
              await frame();
              const start = performance.now();
              for (let i = 0; i < 120; i++) {
                const options = { bubbles: true, cancelable: true, clientX: box.x + box.width * (.3 + .4 * (i % 40) / 40), clientY: box.y + box.height / 2, deltaY: (i < 60) === (way < 0) ? -60 : 60 };
                heat.dispatchEvent(new WheelEvent('wheel', options));
                if (i % 3 === 0) heat.dispatchEvent(new KeyboardEvent('keydown', { key: i % 2 ? 'ArrowLeft' : 'ArrowRight' }));
                await frame();
                await frame();
                views.add(heat.dataset.view);
              }
              return [240 / (performance.now() - start) * 1000, views.size];
            }
            """;
        double[] result = await open.Page.EvaluateAsync<double[]>(Script, -1);
        TestContext.Current.SendDiagnosticMessage($"{result[0]:F0} frames/s while zooming and moving");
        Console.WriteLine($"{result[0]:F0} frames/s while zooming and moving");
        Assert.True(result[1] > 60, $"only {result[1]} views were drawn");
        AssertQuiet(open);
    }

    static void AssertQuiet(OpenPage open)
    {
        Assert.Empty(open.Complaints);
        Assert.All(open.Requests, url => Assert.True(url == open.Page.Url || url.StartsWith("data:", StringComparison.Ordinal), url));
    }

    static double Rounded(double heat) => double.Parse(heat.ToString("E2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    JsonElement Report(params string[] arguments)
    {
        TestTerminal run = TestTerminal.Run(["report", .. arguments, "-i", _folder.Record, "--json"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
