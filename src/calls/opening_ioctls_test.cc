// The table of ioctls against the system's own headers, as far as they go.
#include "calls/opening_ioctls.h"

#include <gtest/gtest.h>

#include <linux/dma-heap.h>
#include <linux/gpio.h>
#include <linux/kvm.h>
#include <linux/nsfs.h>
#include <linux/sockios.h>
#include <linux/sync_file.h>
#include <linux/udmabuf.h>
#include <linux/vfio.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>

#include <cstddef>

namespace ajar::calls {
namespace {

int field_of(uint64_t request) {
  const OpeningIoctl* row = opening_ioctl(request);
  return row == nullptr ? -2 : row->field;
}

TEST(OpeningIoctls, OfTheseTheResultIsTheDescriptor) {
  for (const uint64_t request : {uint64_t{TIOCGPTPEER}, uint64_t{SIOCGSKNS}, uint64_t{NS_GET_USERNS},
                                 uint64_t{NS_GET_PARENT}, uint64_t{KVM_CREATE_VM}, uint64_t{KVM_CREATE_VCPU},
                                 uint64_t{VFIO_GROUP_GET_DEVICE_FD}, uint64_t{UDMABUF_CREATE}}) {
    EXPECT_EQ(field_of(request), OpeningIoctl::kResult) << request;
  }
}

TEST(OpeningIoctls, OfTheseItIsInTheArgument) {
  EXPECT_EQ(field_of(KVM_CREATE_DEVICE), int{offsetof(kvm_create_device, fd)});
  EXPECT_EQ(field_of(DMA_HEAP_IOCTL_ALLOC), int{offsetof(dma_heap_allocation_data, fd)});
  EXPECT_EQ(field_of(SYNC_IOC_MERGE), int{offsetof(sync_merge_data, fence)});
  EXPECT_EQ(field_of(VIDIOC_EXPBUF), int{offsetof(v4l2_exportbuffer, fd)});
  EXPECT_EQ(field_of(GPIO_V2_GET_LINE_IOCTL), int{offsetof(gpio_v2_line_request, fd)});
}

TEST(OpeningIoctls, TheDescriptorIsReadFromWhereItIs) {
  kvm_create_device device{};
  device.fd = 17;
  EXPECT_EQ(opening_ioctl(KVM_CREATE_DEVICE)->descriptor(&device, 0), 17);
  EXPECT_EQ(opening_ioctl(TIOCGPTPEER)->descriptor(nullptr, 18), 18);
}

TEST(OpeningIoctls, AnyOtherOpensNothing) {
  EXPECT_EQ(opening_ioctl(TIOCGWINSZ), nullptr);
  EXPECT_EQ(opening_ioctl(FIONREAD), nullptr);
}

}  // namespace
}  // namespace ajar::calls
