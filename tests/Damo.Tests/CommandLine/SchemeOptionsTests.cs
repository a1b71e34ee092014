using System.CommandLine;
using Damo.CommandLine;
using Damon.Schemes;

namespace Damo.Tests.CommandLine;

public sealed class SchemeOptionsTests
{
    static readonly Argument<string[]> s_target = new("target") { Arity = ArgumentArity.ZeroOrMore };

    [Fact]
    public void Repetitions_stay_apart_and_the_target_is_left()
    {
        ParseResult parsed = Parse(
            "x", "--damos_action", "pageout", "--damos_sz_region", "4K", "max", "--damos_filter", "allow", "anon", "--damos_filter", "reject", "memcg", "/a b",
            "--damos_nr_filters", "1", "1",
            "--damos_action", "stat", "--damos_sz_region", "1M", "2M", "1234");
        Assert.Empty(parsed.Errors);
        Assert.Equal(["1234"], parsed.GetValue(s_target)!);
        IReadOnlyList<Scheme> schemes = SchemeOptions.Schemes(parsed, static _ => { });
        Assert.Equal([SchemeAction.PageOut, SchemeAction.Stat], schemes.Select(s => s.Action));
        Assert.Equal([4096UL, 1UL << 20], schemes.Select(s => s.Pattern.MinSize));
        Assert.Equal([new SchemeFilter { Kind = SchemeFilterKind.Anonymous, Allow = true }], schemes[0].Filters);
        Assert.Equal([new SchemeFilter { Kind = SchemeFilterKind.Memcg, MemcgPath = "/a b" }], schemes[1].Filters);
        Assert.NotNull(SchemeOptions.FirstGiven(parsed));
        Assert.Null(SchemeOptions.FirstGiven(Parse("x", "1234")));
    }

    [Fact]
    public void A_target_may_follow_an_action()
    {
        ParseResult parsed = Parse("x", "--damos_action", "cold", "1234");
        Assert.Equal(["1234"], parsed.GetValue(s_target)!);
        Assert.Equal(SchemeAction.Cold, Assert.Single(SchemeOptions.Schemes(parsed, static _ => { })).Action);
        Assert.Equal(
            [new MigrationDestination(0, 5), new MigrationDestination(1, 2)],
            Assert.Single(SchemeOptions.Schemes(Parse("x", "--damos_action", "migrate_hot", "0", "5", "1", "2", "--", "1234"), static _ => { })).Destinations);
    }

    [Fact]
    public void Words_after_the_dashes_or_of_another_command_are_left_alone()
    {
        Command root = Root();
        string[] arguments = ["x", "--", "--damos_age", "1", "2"];
        Assert.Equal(arguments, SchemeOptions.Join(root, arguments));
        arguments = ["y", "--damos_age", "1", "2"];
        Assert.Equal(arguments, SchemeOptions.Join(root, arguments));
    }

    [Theory]
    [InlineData(
        "Wrong '--damos_*' argument (--damos_age takes 2 arguments, but 1 is given)",
        "x",
        "--damos_action",
        "stat",
        "--damos_age",
        "1",
        "--damos_sz_region",
        "1",
        "2")]
    [InlineData("too much --damos_age", "x", "--damos_age", "1", "2")]
    [InlineData("Wrong '--damos_*' argument (--damos_sz_region: '-1' is no size;", "x", "--damos_action", "stat", "--damos_sz_region", "-1", "2")]
    public void Faults_are_wrong_usage(string message, params string[] arguments)
    {
        UserErrorException fault = Assert.Throws<UserErrorException>(() => SchemeOptions.Schemes(Parse(arguments), static _ => { }));
        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, fault.ExitCode);
    }

    [Fact]
    public void An_option_without_arguments_is_refused() =>
        Assert.Throws<UserErrorException>(() => SchemeOptions.Schemes(Parse("x", "--damos_action", "--damos_age", "1", "2"), static _ => { }));

    static ParseResult Parse(params string[] arguments)
    {
        Command root = Root();
        return root.Parse(SchemeOptions.Join(root, arguments), new ParserConfiguration { ResponseFileTokenReplacer = null });
    }

    static RootCommand Root()
    {
        Command with = new("x") { s_target };
        with.Add(SchemeOptions.Options);
        return [with, new Command("y") { s_target }];
    }
}
