using Damo.CommandLine;
using Damo.Recording;

namespace Damo.Tests.Recording;

public sealed class TargetSpecificationTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("damo-tests-").FullName;

    public TargetSpecificationTests()
    {
        foreach (string name in new[] { "prog", "4711" })
        {
            string path = Path.Combine(_folder, name);
            File.WriteAllText(path, "");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        File.WriteAllText(Path.Combine(_folder, "no-program"), "");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("prog")]
    [InlineData("prog --with 'quoted words'; and more | even this")]
    [InlineData("  prog")]
    [InlineData("4711")] // A program is looked for first, as the first tool did.
    public void One_word_whose_first_part_is_a_program_is_a_command_line(string word)
    {
        TargetSpecification target = Parse(word);
        Assert.Equal(word, target.Command);
        Assert.Empty(target.Pids);
    }

    [Fact]
    public void Several_words_are_quoted_for_the_shell() =>
        Assert.Equal("prog -x 'two words' 'it'\\''s' '' a=b", Parse("prog", "-x", "two words", "it's", "", "a=b").Command);

    [Fact]
    public void A_path_needs_no_search() => Assert.Equal($"{_folder}/prog x", TargetSpecification.Parse([$"{_folder}/prog x"], [], "").Command);

    [Theory]
    [InlineData("12")]
    [InlineData("12 34")]
    [InlineData("12", "34")]
    [InlineData("12 34\n", "34")]
    public void Pids_may_come_in_any_number_of_words(params string[] words)
    {
        TargetSpecification target = Parse(words);
        Assert.Null(target.Command);
        Assert.Equal(string.Join(' ', words).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct().Select(int.Parse), target.Pids);
    }

    [Fact]
    public void Pids_of_the_option_join_those_of_the_words() => Assert.Equal([12, 34, 56], TargetSpecification.Parse(["12 34"], ["56", "12"], _folder).Pids);

    [Fact]
    public void Pids_of_the_option_do_not_mix_with_a_command() =>
        Assert.Contains("neither", Assert.Throws<UserErrorException>(() => TargetSpecification.Parse(["prog x"], ["56"], _folder)).Message);

    [Theory]
    [InlineData("nothing")]
    [InlineData("no-program")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("2147483648")]
    [InlineData("12x")]
    [InlineData("./nothing")]
    public void A_target_that_is_neither_command_nor_pid_is_refused_in_the_words_of_the_first_tool(string word)
    {
        UserErrorException fault = Assert.Throws<UserErrorException>(() => Parse(word));
        Assert.Equal($"target '{word}' is neither a command, nor a pid", fault.Message);
        Assert.Equal(ExitCode.Failed, fault.ExitCode);
    }

    [Fact]
    public void The_message_for_a_file_that_is_not_executable_says_what_to_do()
    {
        string path = Path.Combine(_folder, "no-program");
        string message = $"'{path}' is not executable: make it so (chmod +x), or name what runs it in front of it, like \"python3 {path}\"";
        Assert.Equal(message, Assert.Throws<UserErrorException>(() => Parse(path)).Message);
        Assert.Equal(message, Assert.Throws<UserErrorException>(() => Parse(path, "--with", "words")).Message);
        Assert.Equal(message, Assert.Throws<UserErrorException>(() => Parse($"{path} --with words")).Message);
        Assert.Equal($"target '{_folder}' is a directory; give a command line, or a pid", Assert.Throws<UserErrorException>(() => Parse(_folder)).Message);
    }

    [Fact]
    public void Words_that_are_neither_name_what_is_not_found() =>
        Assert.Equal(
            "target 'nothing 12' is neither a command ('nothing' is not found), nor pids",
            Assert.Throws<UserErrorException>(() => Parse("nothing", "12")).Message);

    [Fact]
    public void Physical_memory_comes_first()
    {
        TargetSpecification target = Parse("paddr");
        Assert.True(target.IsPhysical);
        Assert.Null(target.Command);
        Assert.Empty(target.Pids);
        Assert.False(Parse("12").IsPhysical);
        Assert.Throws<UserErrorException>(() => Parse("paddr", "12"));
    }

    [Theory]
    [InlineData]
    [InlineData("")]
    [InlineData(" ", "")]
    public void No_target_is_a_wrong_command_line(params string[] words) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<UserErrorException>(() => Parse(words)).ExitCode);

    TargetSpecification Parse(params string[] words) => TargetSpecification.Parse(words, [], $"/no/such/folder:{_folder}");
}
