using System.Text.RegularExpressions;
using FhirGateway.Settings;
using FhirGateway.Testing;
using Microsoft.Extensions.Configuration;

namespace FhirGateway.Tests.Guards;

/// <summary>What compose.yaml and deploy/ set is what the gateway knows: a wrong name would keep whoever copies them from starting.</summary>
public sealed partial class DeploymentTests
{
    public static TheoryData<string> Files =>
    [
        "Dockerfile",
        "compose.yaml",
        .. Directory.GetFiles(Path.Combine(Repository.Root, "deploy"), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, file)),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_setting_is_one_that_the_gateway_has_and_can_read(string file)
    {
        var settings = Settings(file).ToDictionary(each => each.Name.Replace("__", ":", StringComparison.Ordinal), each => (string?)each.Value);

        Assert.Empty(SettingNames.Wrong(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));
    }

    [Fact]
    public void Three_gateways_on_one_PostgreSQL_are_shown_each_way()
    {
        Assert.Contains(Settings("compose.yaml"), each => each.Name == "Gateway__Ledger__ConnectionString");
        Assert.Contains(Settings("deploy/kubernetes/gateway.yaml"), each => each.Name == "Gateway__Ledger__ConnectionString");
        Assert.Contains(Settings("deploy/systemd/gateway.env"), each => each.Name == "Gateway__Cluster__Enabled");
    }

    // In YAML "name: value", in a file of the environment "name=value".
    private static IEnumerable<(string Name, string Value)> Settings(string file) =>
        from match in Setting().Matches(File.ReadAllText(Path.Combine(Repository.Root, file)))
        select (match.Groups["name"].Value, match.Groups["value"].Value.Trim('"'));

    [GeneratedRegex("""^[ \w]*?(?<name>Gateway__[\w-]+)(: |=)(?<value>"[^"]*"|[^ #\r\n]*)""", RegexOptions.Multiline)]
    private static partial Regex Setting();
}
