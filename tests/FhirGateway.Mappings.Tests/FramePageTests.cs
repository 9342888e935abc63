using System.Text.Json;
using FhirGateway.Mapping.Docs;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Mappings.Tests;

/// <summary>Whatever a bundle holds, one of the two pages says where it comes from.</summary>
public sealed class FramePageTests
{
    private static readonly string Page = Path.Combine(Vendors.FolderOf("hami"), "..", "FRAME.md");

    [Fact]
    public void FRAME_md_is_what_is_written()
    {
        if (GoldenBundleTests.Regenerates) File.WriteAllText(Page, FramePage.Of());
        Assert.Equal(File.ReadAllText(Page), FramePage.Of());
    }

    [Theory]
    [MemberData(nameof(Vendors.Samples), MemberType = typeof(Vendors))]
    public void Every_element_of_a_bundle_is_named_by_a_rule_or_by_the_frame(string vendor, string sample)
    {
        var mappings = Vendors.Named(vendor).Events.Select(rule => rule.Mapping).OfType<Mapping.EventMapping>();
        var named = mappings.SelectMany(mapping => mapping.Rows).SelectMany(row => row.Targets)
            .Select(target => (target.ResourceType, Path: Plain(target.Path)))
            .Concat(FramePage.Rows.Select(row => (row.Resource, row.Path))).ToHashSet();

        foreach (var bundle in Translating.Of(vendor, sample).Select(translation => translation.Bundle!))
        {
            var root = JsonElement.Parse(ResourceJson.Write(bundle));
            Assert.DoesNotContain(Elements(root, "", "entry"), path => !IsNamed("Bundle", path));
            foreach (var resource in root.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("resource")))
            {
                var type = resource.GetProperty("resourceType").GetString()!;
                Assert.Empty(Elements(resource, "").Where(path => !IsNamed(type, path)).Select(path => $"{type}.{path}"));
            }
        }

        bool IsNamed(string type, string path)
        {
            for (var end = path.Length; end > 0; end = path.LastIndexOf('.', end - 1))
            {
                if (named.Contains((type, path[..end])) || named.Contains(("*", path[..end]))) return true;
            }

            return named.Contains((type, ""));
        }
    }

    private static IEnumerable<string> Elements(JsonElement json, string path, string? except = null) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().Where(each => each.Name != "resourceType" && each.Name != except)
            .SelectMany(each => Elements(each.Value, path.Length == 0 ? each.Name : $"{path}.{each.Name}")),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(each => Elements(each, path)),
        _ => [path],
    };

    private static string Plain(string path) => string.Join('.', path.Split('.').Select(step => step.Split('[')[0]));
}
