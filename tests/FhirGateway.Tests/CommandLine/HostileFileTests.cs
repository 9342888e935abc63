using System.Text;
using System.Text.Json;

namespace FhirGateway.Tests.CommandLine;

/// <summary>Files that are no resource, or one that no server should have to read, given to <c>fhirpath</c>.</summary>
public sealed class HostileFileTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.CreateVersion7()}.json");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task A_file_that_can_not_be_taken_is_refused_in_one_line()
    {
        await File.WriteAllBytesAsync(_file, [.. "{\"resourceType\":\"Patient\",\"id\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        await IsRefusedAsync("id", "It is not valid UTF-8.");
        await File.WriteAllTextAsync(_file, new string('[', 100_000));
        await IsRefusedAsync("id", "depth of 128");
    }

    [Fact]
    public async Task A_file_is_read_up_to_a_limit_only()
    {
        await using (var sparse = File.Create(_file)) sparse.SetLength(20L * 1024 * 1024 * 1024);
        await IsRefusedAsync("id", "has more than 67108864 bytes.");
    }

    [Fact]
    public async Task An_evaluation_without_end_is_refused_in_one_line()
    {
        await File.WriteAllTextAsync(
            _file,
            JsonSerializer.Serialize(
                new { resourceType = "Patient", name = Enumerable.Range(0, 2_000).Select(i => new { text = $"{i}" }) }));
        await IsRefusedAsync(
            "descendants().select(%resource.descendants()).select(%resource.descendants()).count()",
            "The evaluation takes more steps than it may (line 1, column");
    }

    [Fact]
    public async Task A_long_result_is_printed_whole()
    {
        await File.WriteAllTextAsync(
            _file,
            JsonSerializer.Serialize(
                new { resourceType = "Patient", name = Enumerable.Range(0, 300).Select(_ => new { text = new string('x', 10_000) }) }),
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        var (exit, output, error) = await Shell.RunAsync(["fhirpath", "name.combine(name.text)", _file], default);
        Assert.Equal((0, ""), (exit, error));
        Assert.Equal(600, JsonElement.Parse(output).GetArrayLength());
    }

    private async Task IsRefusedAsync(string expression, string word)
    {
        var (exit, output, error) = await Shell.RunAsync(["fhirpath", expression, _file], default);
        Assert.Equal(1, exit);
        Assert.Empty(output);
        Assert.Contains(word, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }
}
