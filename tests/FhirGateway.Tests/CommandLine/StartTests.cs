using System.Net;
using System.Net.Sockets;
using FhirGateway.CommandLine;
using Microsoft.Extensions.Configuration;

namespace FhirGateway.Tests.CommandLine;

/// <summary>What keeps the gateway from starting is one sentence and an exit code, never a stack trace.</summary>
public sealed class StartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-start-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_port_in_use_is_not_told_by_a_stack_trace()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        await AssertRefusedAsync(
            1, $"Failed to bind to address {url}: address already in use.",
            new() { ["urls"] = url, ["Gateway:Ledger:Path"] = In("ledger.db") });
    }

    [Fact]
    public async Task A_ledger_that_can_not_be_written_is_not_told_by_a_stack_trace()
    {
        Directory.CreateDirectory(In("folder.db"));
        await File.WriteAllTextAsync(In("text.db"), "A text of some length, which is no database and never was one.");

        await AssertRefusedAsync(1, $"The ledger {In("folder.db")} can't be used: ", new() { ["Gateway:Ledger:Path"] = In("folder.db") });
        await AssertRefusedAsync(1, $"The ledger {In("text.db")} can't be used: ", new() { ["Gateway:Ledger:Path"] = In("text.db") });
    }

    [Fact]
    public async Task Wrong_settings_are_not_told_by_a_stack_trace()
    {
        await AssertRefusedAsync(
            2, "Gateway:Delivery:Parallelism is not a whole number", new() { ["Gateway:Delivery:Parallelism"] = "many" });
        await AssertRefusedAsync(2, "Gateway:SecretsFolder: there is no folder", new() { ["Gateway:SecretsFolder"] = In("nowhere") });
        await AssertRefusedAsync(2, "Invalid url: 'nonsense'", new() { ["urls"] = "nonsense", ["Gateway:Ledger:Path"] = In("ledger.db") });
    }

    [Fact]
    public async Task A_word_that_is_not_a_command_is_not_passed_over()
    {
        var (exit, _, error) = await Shell.RunAsync(["--urls", "http://127.0.0.1:0", "serve"], default);

        Assert.Equal((2, "\"serve\" is not a command: --help lists them."), (exit, error.Trim()));
    }

    [Fact]
    public async Task Malformed_settings_are_told_by_their_place_and_without_what_they_hold()
    {
        await File.WriteAllTextAsync(In("appsettings.json"), "{\n  \"Gateway\": { \"Api\": { \"SigningKey\": the-secret } }\n}");
        var failure = Assert.ThrowsAny<Exception>(() => new ConfigurationBuilder().AddJsonFile(In("appsettings.json")).Build());

        var told = StartFailure.Of(failure);

        Assert.Equal(2, told?.ExitCode);
        var sentence = Assert.Single(told!.Sentences);
        Assert.Contains(In("appsettings.json"), sentence, StringComparison.Ordinal);
        Assert.Contains("is not valid JSON at line 2, byte", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("the-secret", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_relative_ledger_does_not_lie_where_the_program_was_started()
    {
        var (started, state) = (_folder.CreateSubdirectory("started"), _folder.CreateSubdirectory("state"));
        var settings = new Dictionary<string, string> { ["Gateway:Ledger:Path"] = "notes/ledger.db" };

        await using (await GatewayProcess.StartAsync(
            settings, new() { ["STATE_DIRECTORY"] = $"{state.FullName}:/somewhere/else" }, started.FullName))
        {
        }

        Assert.Empty(started.GetFileSystemInfos());
        Assert.True(File.Exists(Path.Combine(state.FullName, "notes", "ledger.db")));
    }

    [Theory]
    [InlineData("data/ledger.db", null, "/srv/gateway/data/ledger.db")]
    [InlineData("data/ledger.db", "/var/lib/gateway", "/var/lib/gateway/data/ledger.db")]
    [InlineData("/data/ledger.db", "/var/lib/gateway", "/data/ledger.db")]
    [InlineData(null, "/var/lib/gateway:/var/lib/other", "/var/lib/gateway/data/ledger.db")]
    public void Relative_paths_begin_at_the_state_directory_or_the_content_root(string? path, string? state, string expected)
    {
        var configuration = new ConfigurationManager { ["STATE_DIRECTORY"] = state, ["Gateway:Validation:PackageCache"] = "packages" };
        if (path is not null) configuration["Gateway:Ledger:Path"] = path;

        FhirGateway.Settings.SettingPaths.MakeAbsolute(configuration, "/srv/gateway");

        Assert.Equal(expected, configuration["Gateway:Ledger:Path"]);
        Assert.Equal("/srv/gateway/packages", configuration["Gateway:Validation:PackageCache"]);
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private static async Task AssertRefusedAsync(int exitCode, string words, Dictionary<string, string> settings)
    {
        settings.TryAdd("urls", "http://127.0.0.1:0");
        settings.TryAdd("Gateway:Destination:Sandbox", "true");

        var (exit, output, error) = await GatewayProcess.RefuseAsync(settings);

        Assert.Equal(exitCode, exit);
        Assert.StartsWith(words, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        Assert.DoesNotContain("   at ", output + error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", output + error, StringComparison.Ordinal);
    }
}
