using System.Text;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damon.Tests.Schemes.Text;

/// <summary>Whatever is read, schemes come out or a message of one line.</summary>
public sealed class SchemeTextFuzzTests
{
    static readonly string[] s_words =
    [
        "min", "max", "4K", "1.5M", "0", "100", "5s", "1 s 2 ms", "100ms", "50 %", "pageout", "stat", "migrate_hot", "none", "free_mem_rate", "-1", "1e308",
        "1e999", "99999999999999999999",
        "3 samples", "3 aggr_intervals", "\n", "\n", "\n  ", "\n    ", "\t", "#", "- ", "-", "---", "...", ": ", ":", "[", "]", "{", "}", ",", "\"", "'", "\\",
        "\\ud800", "\ud800", "é", "\0", "\u2028", "&a", "*a", "|",
        "null", "true", "action: ", "quotas:", "goals:", "weights:", "filters:", "\"action\":", "\"filters\":", "\"access_pattern\":", "\"sz_bytes\":",
        "\"min\":", "\"contexts\":", "kdamonds:", "contexts:", "schemes:", "\"schemes\":",
    ];

    static readonly string[] s_optionWords =
    [
        .. SchemeOptionNames.All, .. SchemeOptionNames.All, "--damos_action pageout", "--damos_action stat", "--damos_action", "--damos_sz_region min max",
        "min", "max", "1", "0", "5s", "10%", "2M", "allow", "reject", "none",
        "anon", "memcg", "/a", "addr", "matching", "nomatching", "young", "user_input", "node_memcg_used_bp", "consist", "free_mem_rate", "-1", "x",
    ];

    [Fact]
    public void Random_words_give_schemes_or_one_line()
    {
        Random random = new(1);
        int right = 0;
        for (int i = 0; i < 20_000; i++)
        {
            string separator = random.Next(2) == 0 ? " " : "";
            right += Try(string.Join(separator, Enumerable.Range(0, random.Next(25)).Select(_ => s_words[random.Next(s_words.Length)])));
        }

        Assert.InRange(right, 1, 19_999);
    }

    [Fact]
    public void Random_lines_give_schemes_or_one_line()
    {
        string[] fields = ["min", "max", "4K", "1.5M", "0", "100", "5s", "1m", "100ms", "50%", "pageout", "stat", "none", "7"];
        Random random = new(2);
        int right = 0;
        for (int i = 0; i < 20_000; i++)
        {
            string[] line = ["4K", "max", "0", "50", "1s", "max", "stat", "1M", "1s", "1", "2", "3", "none", "1s", "3", "2", "1"];
            line[random.Next(line.Length)] = fields[random.Next(fields.Length)];
            right += Try(string.Join(' ', line[..(random.Next(3) switch { 0 => 7, 1 => 12, _ => 17 })]));
        }

        Assert.InRange(right, 1, 19_999);
    }

    [Fact]
    public void Damaged_documents_give_schemes_or_one_line()
    {
        Random random = new(3);
        const string json = """
            [
                {
                    "action": "migrate_hot", "dests": [{"id": "1", "weight": "2"}],
                    "access_pattern": {"sz_bytes": {"min": "0 B", "max": "max"}, "nr_accesses": {"min": "0 %", "max": "100 %"}, "age": {"min": "0 ns", "max": "max"}},
                    "apply_interval_us": "0 ns",
                    "quotas": {
                        "time_ms": "0 ns", "sz_bytes": "0 B", "reset_interval_ms": "0 ns",
                        "goals": [{"metric": "node_memcg_used_bp", "target_value": "0.05 %", "current_value": "0 %", "nid": "0", "memcg_path": "/a"}],
                        "goal_tuner": "consist", "weights": {"sz_permil": "0 %", "nr_accesses_permil": "0 %", "age_permil": "0 %"}
                    },
                    "watermarks": {"metric": "none", "interval_us": "0 ns", "high_permil": "0 %", "mid_permil": "0 %", "low_permil": "0 %"},
                    "filters": [
                        {"filter_type": "hugepage_size", "matching": true, "allow": false, "hugepage_size": ["0 B", "max"]},
                        {"filter_type": "addr", "matching": true, "allow": false, "address_range": {"start": "1", "end": "2"}}
                    ]
                }
            ]
            """;

        // JSON behind a comment is read as YAML.
        string[] documents =
        [
            json,
            "# c\n" + json,
            "{\"kdamonds\":[{\"contexts\":[{\"targets\":[{\"pid\":1,\"regions\":[{\"start\":1,\"end\":2}]}],\"nr_regions\":{\"min\":3},\"schemes\":"
                + json
                + "}]}]}",
        ];
        Assert.All(documents, document => Assert.Equal(1, Try(document)));
        for (int i = 0; i < 20_000; i++)
        {
            StringBuilder text = new(documents[i % documents.Length]);
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                int at = random.Next(text.Length);
                switch (random.Next(3))
                {
                    case 0:
                        text.Remove(at, Math.Min(random.Next(1, 10), text.Length - at));
                        break;
                    case 1:
                        text.Insert(at, s_words[random.Next(s_words.Length)]);
                        break;
                    default:
                        text[at] = (char)random.Next(1, 200);
                        break;
                }
            }

            Try(text.ToString());
        }
    }

    [Fact]
    public void Random_numbers_give_schemes_or_one_line()
    {
        Random random = new(4);
        for (int i = 0; i < 20_000; i++)
        {
            ColumnLayout layout = (ColumnLayout)random.Next(5);
            ulong[] numbers = [.. Enumerable.Range(0, SchemeColumns.CountOf(layout)).Select(_ => (ulong)random.Next(7))];
            try
            {
                Assert.InRange((int)SchemeColumns.ToScheme(numbers, layout).Action, 0, 5);
            }
            catch (FormatException e)
            {
                Assert.Matches(@"^column \d+: [^\n]+$", e.Message);
            }
        }
    }

    [Fact]
    public void Random_options_give_schemes_or_one_line()
    {
        Random random = new(5);
        int right = 0;
        for (int i = 0; i < 20_000; i++)
        {
            string line = "--damos_action stat "
                + string.Join(' ', Enumerable.Range(0, random.Next(8)).Select(_ => s_optionWords[random.Next(s_optionWords.Length)]));
            try
            {
                Assert.NotEmpty(SchemeOptionParserTests.Parse(line));
                right++;
            }
            catch (SchemeTextException e)
            {
                AssertOneLine(e);
            }
        }

        Assert.InRange(right, 1, 19_999);
    }

    static int Try(string text)
    {
        try
        {
            IReadOnlyList<Scheme> schemes = SchemeFile.Parse(text, "f");
            Assert.All(schemes, scheme => Assert.Null(scheme.Check()));
            return schemes.Count > 0 ? 1 : 0;
        }
        catch (SchemeTextException e)
        {
            AssertOneLine(e);
            return 0;
        }
    }

    static void AssertOneLine(SchemeTextException e)
    {
        Assert.NotEmpty(e.Message);
        Assert.DoesNotContain(e.Message, c => char.IsControl(c) || c == '\u2028');
        Assert.InRange(e.Message.Length, 1, 550);
    }
}
